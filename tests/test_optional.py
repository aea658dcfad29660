"""Packages that are imported where they are used."""
import pytest

from gibbspool.optional import need


def test_what_packages_say_of_each_other_on_import_is_not_said(tmp_path, monkeypatch, recwarn):
    (tmp_path / "chatty.py").write_text("import warnings\nwarnings.warn('parseString is old')\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert need("chatty").__name__ == "chatty"
    assert not recwarn.list


def test_a_package_that_is_missing_is_named_with_what_to_install():
    with pytest.raises(ImportError, match=r"no_such is needed here.*gibbspool\[all\]"):
        need("no_such")
    with pytest.raises(ImportError, match="no_such is needed here"):
        need("no_such.part")
