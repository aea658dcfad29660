import functools

import pytest

from gibbspool import cli
from gibbspool.fit import options


@pytest.fixture
def fitted(tmp_path, capsys, monkeypatch):
    """The model that `gibbspool fit` makes of a file and the notes, or None and the refusal.

    All that follows the reading of the table is left out. A refusal must be one line, with exit
    status 2; everything else on the error stream must be a note.
    """
    made = []
    monkeypatch.setattr(cli, "parser", functools.cache(cli.parser))  # it takes most of the time
    monkeypatch.setattr(options, "fit", lambda model, *args, **kwargs: made.append(model))

    def run(content, arguments):
        path = tmp_path / "own.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        made.clear()
        status = cli.main(["fit", str(path), *arguments])
        said = capsys.readouterr().err.splitlines()
        if status == 0:
            assert made and all(line.startswith("note: ") for line in said), said
            return made[0], [line.partition("own.csv")[2] for line in said]
        assert status == 2 and not made and len(said) == 1, said
        assert said[0].startswith("gibbspool: ")
        return None, said[0]

    return run
