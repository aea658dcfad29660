"""Names that must fit: within their room, never two alike, and no word lost."""
from gibbspool.names import cut, room_of, shortened, wrapped


def test_shortened_names_fit_and_differ():
    names = ["short", *(f"Department of Public Health, district {k}" for k in range(20)),
             *("x" * 50 + str(k) + "x" * 50 for k in range(12))]
    for room in (12, 20, 30):
        found = shortened(names, room)
        assert len(set(found)) == len(names) and max(map(room_of, found)) <= room
        assert found[0] == "short"
    assert shortened(names[:3], 60) == names[:3]


def test_a_long_name_keeps_its_end():
    assert shortened(["University Hospital of the North, campus B"], 21)[0].endswith("mpus B")


def test_a_number_given_to_one_is_not_that_of_another():
    """A name that looks as if it were numbered already is left alone, and stays distinct."""
    names = ["a" * 30, "a" * 31, "a" * 32, "b ~2"]
    assert len(set(shortened(names, 10))) == 4


def test_chinese_characters_take_two_columns():
    assert room_of("東京") == 4 and room_of("e\u0301") == 1
    assert room_of(shortened(["東京都立病院東京都立病院"], 11)[0]) <= 11


def test_wrapped_lines_hold_every_word():
    name = "The University Hospital of the Most Northern District, Department 12"
    lines = wrapped(name, 20).split("\n")
    assert " ".join(lines) == name and max(map(len, lines)) <= 20
    assert wrapped("x" * 45, 20).split("\n") == ["x" * 20, "x" * 20, "x" * 5]
    assert wrapped("short", 20) == "short"


def by_trying_all_numbers(names, room):
    """What `shortened` gives, by trying 2, 3, ... for every name anew."""
    taken = []
    for name in names:
        number, one = 1, cut(name, room)
        while one in taken:
            number += 1
            tag = f" ~{number}"
            one = cut(cut(name, room), room - len(tag)) + tag
        taken.append(one)
    return taken


def test_many_alike_are_numbered_without_trying_all_numbers(monkeypatch):
    """Distinct, the same as by trying, and with a few cuts a name: not with one for each before."""
    names = [f"{place} number {i}" for i in range(300) for place in ("Department", "Dep", "D~2")]
    expected = by_trying_all_numbers(names, 9)
    calls = []
    monkeypatch.setattr("gibbspool.names.cut", lambda *args: calls.append(1) or cut(*args))
    assert shortened(names, 9) == expected and len(set(expected)) == len(names)
    assert len(calls) < 5 * len(names)
