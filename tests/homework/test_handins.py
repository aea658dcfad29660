"""Who handed in what: files, folders, zips."""
import os
import zipfile

import pytest

from gibbspool.homework.handins import handins
from gibbspool.homework.sandbox import MOST_SOURCE


def filled(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def zipped(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


CLASS = {"ann/answers.py": "1", "bob/homework/answers.py": "2", "cy/notes.txt": "",
         "dan_123.py": "3", "eve/a/answers.py": "", "eve/b/answers.py": "",
         "__MACOSX/ann/answers.py": "junk"}
FOUND = {"ann": b"1", "bob": b"2", "cy": None, "dan_123": b"3", "eve": None}


@pytest.mark.parametrize("around", ["", "Class A/"])
def test_a_zip_is_read_like_a_folder(tmp_path, around):
    folder = filled(tmp_path / "class", CLASS)
    path = zipped(tmp_path / "class.zip", {around + name: text for name, text in CLASS.items()})
    for place in (folder, path):
        assert {one.student: one.source for one in handins([place])} == FOUND
    problems = {one.student: one.problem for one in handins([path])}
    assert problems["cy"] == "there is no answers.py"
    assert problems["eve"] == "there are 2 files answers.py"


@pytest.mark.parametrize("files", [{"answers.py": "1"}, {"hw/answers.py": "1", "hw/play.py": "2"}])
def test_one_hand_in_is_one_student(tmp_path, files):
    path = zipped(tmp_path / "ann.zip", files)
    assert [(one.student, one.source) for one in handins([path])] == [("ann", b"1")]
    folder = filled(tmp_path / "bob", {"answers.py": "1", "play.py": "2"})
    assert [one.student for one in handins([folder])] == ["bob"]
    assert [one.student for one in handins([folder / "answers.py"])] == ["bob"]


def test_each_students_zip_in_a_folder(tmp_path):
    for name in ("ann", "bob"):
        zipped(tmp_path / f"{name}.zip", {"homework/answers.py": name})
    assert {one.student: one.source for one in handins([tmp_path])} == {"ann": b"ann",
                                                                        "bob": b"bob"}


def test_two_students_of_one_name_stay_two(tmp_path):
    paths = [filled(tmp_path / part / "ann", {"answers.py": part}) for part in ("a", "b")]
    assert [one.student for one in handins(paths)] == ["ann", "ann (2)"]


@pytest.mark.parametrize("name", ["../answers.py", "/etc/answers.py", "a/../../answers.py",
                                  "C:\\answers.py", "..\\answers.py"])
def test_a_member_that_leads_out_is_refused(tmp_path, name):
    path = zipped(tmp_path / "class.zip", {name: "1"})
    with pytest.raises(ValueError, match="leads out"):
        handins([path])


def test_too_much_is_not_read(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ann/answers.py", b"#" * 20_000_000)
        archive.writestr("bob/answers.py", b"1")
    found = {one.student: one for one in handins([path])}
    assert found["ann"].source is None and "bytes" in found["ann"].problem
    assert found["bob"].source == b"1"
    (tmp_path / "long.py").write_text("#" * (MOST_SOURCE + 1))
    assert "bytes" in handins([tmp_path / "long.py"])[0].problem


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_link_is_not_followed(tmp_path):
    secret = filled(tmp_path, {"secret.txt": "x"}) / "secret.txt"
    folder = tmp_path / "class" / "ann"
    folder.mkdir(parents=True)
    (folder / "answers.py").symlink_to(secret)
    found = handins([tmp_path / "class"])
    assert found[0].source is None and "link" in found[0].problem


@pytest.mark.skipif(os.name != "posix", reason="pipes and links")
@pytest.mark.parametrize("spoil, words", [
    (lambda folder: os.mkfifo(folder / "x.py"), "no ordinary file"),
    (lambda folder: (folder / "x").mkdir() or os.mkfifo(folder / "x" / "answers.py"),
     "no ordinary file"),
    (lambda folder: (folder / "x" / "answers.py").mkdir(parents=True), "no ordinary file"),
    (lambda folder: (folder / "x").symlink_to(folder / "bob"), "is a link"),
    (lambda folder: (folder / "x.zip").write_text("no zip"), "cannot be read as a zip"),
    (lambda folder: zipped(folder / "x.zip", {"../answers.py": "1"}), "leads out"),
    (lambda folder: damaged(folder / "x.zip"), "cannot be read"),
])
def test_one_that_cannot_be_read_stops_nobody_else(tmp_path, spoil, words):
    folder = filled(tmp_path / "class", {"bob/answers.py": "1"})
    spoil(folder)
    found = {one.student: one for one in handins([folder])}
    assert found["bob"].source == b"1"
    assert found["x"].source is None and words in found["x"].problem


def damaged(path):
    """A zip of which a byte of the content is another."""
    content = bytearray(zipped(path, {"answers.py": "x = 1"}).read_bytes())
    content[content.index(b"x = 1")] += 1
    path.write_bytes(content)


def test_nobody_hands_in_for_another(tmp_path):
    folder = filled(tmp_path, {"bob/answers.py": "own"})
    zipped(folder / "aaa.zip", {"bob/answers.py": "forged"})
    assert {one.student: one.source for one in handins([folder])} == {"aaa": b"forged",
                                                                      "bob": b"own"}


@pytest.mark.skipif(os.name != "posix", reason="names in bytes")
def test_a_name_in_no_encoding_can_be_written(tmp_path):
    with open(os.fsencode(tmp_path) + b"/al\xffice.py", "w") as file:
        file.write("1")
    handins([tmp_path])[0].student.encode("utf-8")


@pytest.mark.parametrize("make, words", [
    (lambda folder: folder / "nowhere", "no such file"),
    (lambda folder: folder, "no hand-in"),
    (lambda folder: filled(folder, {"x.zip": "no zip"}) / "x.zip", "cannot be read as a zip"),
])
def test_what_is_no_hand_in_is_said(tmp_path, make, words):
    with pytest.raises(ValueError, match=words):
        handins([make(tmp_path)])
