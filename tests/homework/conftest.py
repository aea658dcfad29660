"""The same file, asked the same, is run once for those tests that are not about the running."""
import copy
import json

import pytest

from gibbspool.homework import sandbox

ANSWERS = {}


def remembering(function):
    """The same function, which looks up what it was asked before."""
    def asked(source, names, *rest):
        key = (function.__name__, source, tuple(names), json.dumps(rest, default=repr))
        if key not in ANSWERS:
            ANSWERS[key] = function(source, names, *rest)
        return copy.deepcopy(ANSWERS[key])

    return asked


@pytest.fixture
def remembered(monkeypatch):
    for function in (sandbox.look, sandbox.run):
        monkeypatch.setattr(sandbox, function.__name__, remembering(function))
