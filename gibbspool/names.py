"""Names that must fit: shortened, yet never two alike; or wrapped into lines."""
import unicodedata

ELLIPSIS = "…"


def room_of(text):
    """How many columns a text takes on a terminal: two for a Chinese character, none for an accent.
    """
    if text.isascii():
        return len(text)
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
    taken, next_number, found = set(), {}, []
    for name in names:
        short = cut(name, room, ellipsis)
        if short in taken:
            short = numbered(short, room, ellipsis, taken, next_number)
        taken.add(short)
        found.append(short)
    return found


def numbered(short, room, ellipsis, taken, next_number):
    """A short name with the first number that makes it distinct from those taken.

    `next_number` remembers, for each short name and each beginning of one that was numbered before,
    where to go on.
    """
    number = next_number.get(short, 2)
    while True:
        tag = f" ~{number}"
        stem = cut(short, room - len(tag), ellipsis)
        if number < next_number.get(stem, 2):
            number = next_number[stem]
        elif stem + tag in taken:
            number += 1
        else:
            next_number[short] = next_number[stem] = number + 1
            return stem + tag


def cut(name, room, ellipsis=ELLIPSIS):
    """The beginning and the end of a name that is too long."""
    if room_of(name) <= room:
        return name
    left = room - len(ellipsis)
    tail = beginning(name[::-1], left // 3)[::-1]
    return beginning(name, left - room_of(tail)) + ellipsis + tail


def beginning(text, room):
    """As much of a text as fits."""
    if text.isascii():
        return text[:max(room, 0)]
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
