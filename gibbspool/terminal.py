"""What a terminal can show: how wide it is, and which characters it has."""
import shutil
import sys
import unicodedata

IN_ASCII = {"…": "...", "–": "-", "—": "-", "−": "-", "’": "'", "‘": "'", "“": '"', "”": '"',
            "ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "ł": "l", "Ł": "L"}


def width():
    """Columns of the terminal; 80 where the output goes to a file or a pipe."""
    return shutil.get_terminal_size((80, 24)).columns


def is_terminal(stream=None):
    """Whether somebody reads a stream, by default standard output, as it is written."""
    stream = sys.stdout if stream is None else stream
    return getattr(stream, "isatty", bool)()  # without one: False


def encoding_of_output():
    """Of standard output."""
    return getattr(sys.stdout, "encoding", None) or "utf-8"


def printable(text, encoding=None):
    """A text in characters that the encoding has, by default that of standard output.

    Accents are dropped, dots replace an ellipsis; what has no likeness is written by its number, as
    in ``\\u6771``.
    """
    encoding = encoding or encoding_of_output()
    try:
        text.encode(encoding)
        return text
    except UnicodeEncodeError:
        return "".join(printable_character(character, encoding) for character in text)


def printable_character(character, encoding):
    """The nearest thing to one character that the encoding has."""
    plain = IN_ASCII.get(character) or "".join(
        one for one in unicodedata.normalize("NFKD", character) if not unicodedata.combining(one))
    for likeness in (character, plain):
        try:
            likeness.encode(encoding)
            return likeness
        except UnicodeEncodeError:
            continue
    return character.encode(encoding, "backslashreplace").decode(encoding)
