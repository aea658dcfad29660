"""Names that must fit: shortened, yet never two alike; or wrapped into lines."""
import unicodedata

ELLIPSIS = "…"


def room_of(text):
    """How many columns a text takes on a terminal: two for a Chinese character, none for an accent.
    """
    return sum(room_of_character(character) for character in text)


def room_of_character(character):
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def padded(text, room, right=False):
    """A text filled up with blanks, on its left where it shall stand on the right."""
    blanks = " " * max(room - room_of(text), 0)
    return blanks + text if right else text + blanks


def shortened(names, room, ellipsis=ELLIPSIS):
    """Names of at most `room` columns, and distinct where the names are.

    A long one keeps its beginning and its end; those that would still be alike are numbered, as in
    "Departm…t of X ~2".
    """
    names = [" ".join(str(name).split()) or "(blank)" for name in names]
    cuts = [cut(name, room, ellipsis) for name in names]
    taken, found = set(), []
    for short in cuts:
        number, one = 1, short
        while one in taken:
            number += 1
            tag = f" ~{number}"
            one = cut(short, room - len(tag), ellipsis) + tag
        taken.add(one)
        found.append(one)
    return found


def cut(name, room, ellipsis=ELLIPSIS):
    """The beginning and the end of a name that is too long."""
    if room_of(name) <= room:
        return name
    left = room - len(ellipsis)
    tail = beginning(name[::-1], left // 3)[::-1]
    return beginning(name, left - room_of(tail)) + ellipsis + tail


def beginning(text, room):
    """As much of a text as fits."""
    end, used = 0, 0
    while end < len(text) and used + room_of_character(text[end]) <= room:
        used += room_of_character(text[end])
        end += 1
    return text[:end]


def wrapped(name, room):
    """A name in lines of at most `room` columns, broken between words where that is possible."""
    lines = [""]
    for word in name.split():
        joined = f"{lines[-1]} {word}".strip()
        if room_of(joined) <= room:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        while room_of(word) > room:
            lines[-1] = beginning(word, room)
            word = word[len(lines[-1]):]
            lines.append("")
        lines[-1] = word
    return "\n".join(lines)
