"""Whatever the bytes of a file: a model, or exactly one line and exit status 2, never a traceback.

The fixture `fitted` asserts it. Most files are a good table with a few bytes changed, so that they
come far before they fail.
"""
import numpy as np
import pytest

GOOD = {
    "normal": (b"school,effect,se,kind\nA,28.5,15,x\nB,-8,1e1,y\nC,\"1,234.5\",16,x\nD,7,11,y\n"
               b"A,2,3,x\n",
               ["--estimate", "effect", "--se", "se", "--group", "school", "--covariates", "kind"]),
    "oneway": (b"A;B;C\n1,5;2;NA\n2;4,5;5\n3;4;7\n", ["--wide", "A,B,C"]),
    "multinomial": (b"g\tc\tn\nP\ta\t1\nP\tb\t2\nQ\ta\t3\nQ\tb\t4\n",
                    ["--group", "g", "--category", "c", "--count", "n"]),
    "poisson": (b"sep=;\r\ng;y;e\r\nA;3;1,5\r\nB;0;2\r\nTotal;3;3,5\r\n",
                ["--count", "y", "--exposure", "e", "--group", "g", "--na", "drop"]),
    "binomial": ("A title\ng,y,n\nZ\u00fcrich,3,10\nB,4,12%\n".encode("utf-16"),
                 ["--successes", "y", "--trials", "n", "--group", "g"]),
}
TELLING = [b",", b";", b"\t", b"\n", b"\r", b'"', b"\0", b"-", b".", b"%", b"\xa0", b"\xff\xfe",
           b"\xef\xbb\xbf", b"1e999", b"NA", b"inf", b"'", b"=", b"\xe2\x88\x92", b"9" * 400, b" "]


def mutated(rng, data):
    """The bytes with one to three of them changed, cut out, doubled, or something put in."""
    for _ in range(rng.integers(1, 4)):
        i, j = sorted(rng.integers(0, len(data) + 1, 2))
        kind = rng.integers(0, 5)
        if kind == 0:
            data = data[:i] + bytes([rng.integers(0, 256)]) + data[i + 1:]
        elif kind == 1:
            data = data[:i] + data[min(j, i + 4):]
        elif kind == 2:
            data = data[:j] + data[i:]
        else:
            data = data[:i] + TELLING[rng.integers(len(TELLING))] + data[i:]
    return data


@pytest.mark.parametrize("name", GOOD)
def test_mutations_of_a_good_table(fitted, name):
    rng = np.random.default_rng(10)
    data, arguments = GOOD[name]
    if name != "binomial":
        assert fitted(data, ["--model", name, *arguments])[0] is not None
    found = [fitted(mutated(rng, data), ["--model", name, *arguments])[0] is not None
             for _ in range(60)]
    assert sum(found) < 60 and (sum(found) > 1 or name == "binomial")  # in UTF-16 all is harm


def test_random_bytes(fitted):
    rng = np.random.default_rng(11)
    starts = [b"", b"PK\x03\x04", b"\xff\xfe", b"\xfe\xff", b"\x1f\x8b", b"sep=", b"y,s\n"]
    for k in range(70):
        data = starts[k % len(starts)] + rng.bytes(int(rng.integers(0, 300)))
        assert fitted(data, ["--model", "normal", "--estimate", "y", "--se", "s"])[0] is None


def test_random_cells(fitted):
    """A table of the right shape, with cells of every kind."""
    rng = np.random.default_rng(12)
    cells = ["1", "2.5", "-3", "1e3", "1,234", "0,5", "12%", "x", "", "NA", "1e-320", "1e308", "0",
             "-0", "North", "Total", "1 000", "'", "9" * 320, "0.1", "7", "4"]
    for _ in range(20):
        rows = [";".join(cells[k] for k in rng.integers(len(cells), size=4)) for _ in range(4)]
        text = "g;y;s;x\n" + "\n".join(rows) + "\n"
        for arguments in (["--covariates", "x"], ["--group", "g", "--na", "drop"]):
            fitted(text, ["--model", "normal", "--estimate", "y", "--se", "s", *arguments])
        fitted(text, ["--model", "normal", "--estimate", "y", "--ci-low", "s", "--ci-high", "x"])
        fitted(text, ["--model", "normal", "--estimate", "y", "--sd", "s", "--n", "x"])
        fitted(text, ["--model", "oneway", "--wide", "y,s"])
        fitted(text, ["--model", "poisson", "--count", "y", "--exposure", "s", "--na", "drop"])
