"""Recorded runs with some of their columns changed."""
from gibbspool.section58 import nuts_runs


def change_runs(monkeypatch, only=None, **changes):
    """Let the record be another one.

    Parameters
    ----------
    monkeypatch : pytest.MonkeyPatch
    only : str, optional
        The sampler whose runs change; by default both.
    changes : callables
        By the name of a column: of the values of twenty runs, their form and target_accept.
    """
    found = dict(nuts_runs.table())
    for column, change in changes.items():
        found[column] = found[column].copy()
        for sampler in nuts_runs.SAMPLERS:
            for form in set(found["form"]):
                for target in set(found["target_accept"]):
                    these = ((found["sampler"] == sampler) & (found["form"] == form)
                             & (found["target_accept"] == target))
                    if only in (None, sampler):
                        found[column][these] = change(found[column][these], form, target)
    monkeypatch.setattr(nuts_runs, "table", lambda: found)
