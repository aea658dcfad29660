"""Tables as spreadsheets and people write them: each is the plain table, or refused by name.

Every kind of file is written here and goes through the command line; what comes of it must be the
file that the plain table gives, to the last digit.
"""
import io
import zipfile

import pytest

from gibbspool.fit.tables import Table

PLAIN = "school,effect,se\nA,1228.5,15\nB,-8.25,10.5\nC,3,1016.25\nD,7.5,11\n"
NORMAL = ["--model", "normal", "--estimate", "effect", "--se", "se", "--group", "school"]


def same_data(model, other):
    return (model.y.tolist() == other.y.tolist() and model.groups == other.groups
            and model.sigma.tolist() == other.sigma.tolist())


COMMAS = PLAIN.replace(",", ";").replace(".", ",")
READ = {
    "a byte order mark": (PLAIN.encode("utf-8-sig"), []),
    "line ends of Windows": (PLAIN.replace("\n", "\r\n"), []),
    "line ends of old Macs": (PLAIN.replace("\n", "\r"), []),
    "bars": (PLAIN.replace(",", "|"), []),
    "semicolons, decimal points": (PLAIN.replace(",", ";"), []),
    "decimal commas": (COMMAS, ["decimal commas: '1228,5' is read as 1228.5"]),
    "decimal commas and tabs": (COMMAS.replace(";", "\t"), ["'1228,5' is read as 1228.5"]),
    "decimal commas and points between thousands": (
        COMMAS.replace("1228", "1.228").replace("1016", "1.016"),
        ["'1.228,5' is read as 1228.5", "thousands are separated: '1.228,5'"]),
    "decimal commas, in quotation marks": (
        PLAIN.replace("1228.5", '"1228,5"').replace("-8.25", '"-8,25"').replace("7.5", '"7,5"'),
        ["'1228,5' is read as 1228.5"]),
    "commas between thousands": (PLAIN.replace("1228.5", '"1,228.5"'),
                                 ["'1,228.5' is read as 1228.5"]),
    "commas between thousands, known from others": (
        PLAIN.replace("1016.25", '"1,016.25"').replace("1228.5", '"1,228.5"'), ["thousands"]),
    "non-breaking spaces between thousands": (
        PLAIN.replace("1228", "1\u00a0228").replace("1016", "1\u202f016"), ["thousands"]),
    "apostrophes between thousands": (PLAIN.replace("1228", "1'228").replace("1016", "1\u2019016"),
                                      ["is read as 1228.5"]),
    "a true minus": (PLAIN.replace("-8", "\u22128"), []),
    "a dash for a minus": (PLAIN.replace("-8", "\u20138"), []),
    "spaces around": (PLAIN.replace(",", " , ").replace("A", "\u00a0A\u200b"), []),
    "Excel's line sep=": ("sep=;\n" + PLAIN.replace(",", ";"), []),
    "Excel's line sep= in UTF-16": (("sep=\t\r\n" + PLAIN.replace(",", "\t")).encode("utf-16"),
                                    ["it was read as UTF-16"]),
    "Excel's line sep=, decimal commas": ("SEP=;\n" + COMMAS, ["decimal commas"]),
    "a title": ("Coaching in eight schools\n" + PLAIN,
                ["the line 'Coaching in eight schools' above the header was taken for a title"]),
    "titles with separators": ("Coaching,,\n,,\nin schools,,\n" + PLAIN,
                               ["the lines 'Coaching', 'in schools' above the header were"]),
    "a title, decimal commas": ("Coaching\n\n" + COMMAS, ["title", "decimal commas"]),
    "UTF-16": (PLAIN.encode("utf-16"), ["not in UTF-8: it was read as UTF-16; if letters look"]),
    "UTF-16 without a mark": (PLAIN.encode("utf-16-le"), ["it was read as UTF-16"]),
    "UTF-16 of the other end": (PLAIN.encode("utf-16-be"), ["it was read as UTF-16"]),
    "UTF-32": (PLAIN.encode("utf-32"), ["it was read as UTF-32"]),
    "quotation marks": ("\n".join(",".join(f'"{cell}"' for cell in line.split(","))
                                  for line in PLAIN.splitlines()), []),
    "empty rows and columns": (PLAIN.replace("\n", ",,\n") + ",,,,\n", []),
}


@pytest.mark.parametrize("kind", READ)
def test_what_is_read_is_the_plain_table(fitted, kind):
    content, words = READ[kind]
    plain, nothing = fitted(PLAIN, NORMAL)
    model, notes = fitted(content, NORMAL)
    assert nothing == [] and model is not None, notes
    assert same_data(model, plain)
    assert len(notes) == len(words)
    for expected in words:
        assert any(expected in note for note in notes), notes


def test_letters_of_western_europe(fitted):
    text = PLAIN.replace("A,", "Z\u00fcrich,").replace("school", "\u00e9cole")
    columns = [word.replace("school", "\u00e9cole") for word in NORMAL]
    for encoding, notes in (("utf-8", []), ("latin-1", ["Latin-1"]), ("utf-16", ["UTF-16"])):
        model, said = fitted(text.encode(encoding), columns)
        assert model.groups == ("Z\u00fcrich", "B", "C", "D") and len(said) == len(notes)
        for note, name in zip(said, notes):
            assert f"read as {name}" in note and "a cell being '\u00e9cole'" in note
    model, said = fitted(PLAIN.replace("A,", "\u201eA\u201c \u20ac,").encode("cp1252"), NORMAL)
    assert model.groups[0] == "\u201eA\u201c \u20ac" and "Windows-1252" in said[0]


PERCENT = "school,effect,se\nA,28%,15 %\nB,-8.5%,10%\nC,3%,16%\n"


def test_percent_signs(fitted):
    model, notes = fitted(PERCENT, NORMAL)
    assert model.y.tolist() == [0.28, -0.085, 0.03] and model.sigma.tolist() == [0.15, 0.1, 0.16]
    assert any("column 'effect' has percent signs: '28%' is read as 0.28" in n for n in notes)
    assert len(notes) == 2
    commas, notes = fitted(PERCENT.replace(",", ";").replace(".", ","), NORMAL)
    assert commas.y.tolist() == model.y.tolist() and len(notes) == 3


@pytest.mark.parametrize("text, options, words", [
    (PERCENT.replace("28%", "28"), NORMAL,
     "row 1 (line 2), column 'effect': '28' has no percent sign, but others in the column have"),
    ("school,effect,se\nA,28%,15\nB,-8.5%,10\n", NORMAL,
     "column 'effect' has percent signs and column 'se' has none; write both in the same unit"),
    ("y,n\n3%,10\n4%,10\n", ["--model", "binomial", "--successes", "y", "--trials", "n"],
     "row 1 (line 2), column 'y': '3%' stands in a column with percent signs; a count is asked"),
    ('school,effect,se\nA,"1,234",15\nB,3,10\n', NORMAL,
     "row 1 (line 2), column 'effect': '1,234' could be 1.234 or 1234: write 1.2340 or 1234"),
    ("school;effect;se\nA;-1.234;15\nB;3;10\n", NORMAL,
     "'-1.234' could be -1.234 or -1234: write -1.2340 or -1234"),
    ("school;effect;se\nA;1.5;15\nB;3,5;10\n", NORMAL,
     "row 2 (line 3), column 'effect': '3,5' has a decimal comma, but '1.5' in the same column"),
    (PLAIN.replace("1228.5", "12,28.5"), NORMAL, "line 2: 4 cells, but the header has 3; a comma"),
    (PLAIN.replace("1228.5", '"12,28.5"'), NORMAL, "'12,28.5' is not a number"),
    (PLAIN.replace("1228.5", "$5"), NORMAL, "'$5' is not a number (a currency sign"),
    (PLAIN.replace("1228.5", "<5"), NORMAL, "'<5' is not a number (it is a bound"),
    (PLAIN.replace("1228.5", "12 (3)"), NORMAL, "'12 (3)' is not a number (it is two numbers"),
    (PLAIN.replace("1228.5", "12\u00b13"), NORMAL, "'12\u00b13' is not a number (it is two"),
    (PLAIN.replace("1228.5", "12**"), NORMAL, "(leave the stars out)"),
    (PLAIN.replace("1228.5", "#DIV/0!"), NORMAL, "'#DIV/0!' is not a number (it is a spreadsh"),
    (PLAIN.replace("1228.5", "1/2/2024"), NORMAL, "'1/2/2024' is not a number (it looks like a d"),
    (PLAIN.replace("1228.5", "18/45"), NORMAL, "'18/45' is not a number (it is a fraction"),
    (PLAIN.replace("1228.5", "\u0663"), NORMAL, "'\u0663' is not a number"),
    (PLAIN.replace("1228.5", "5\u00b2"), NORMAL, "'5\u00b2' is not a number"),
    (PLAIN.replace("A,", '"A,'), NORMAL, "own.csv, line 2: the quotation marks do not match"),
    (PLAIN.replace("A,", f"{'A' * 140_000},"), NORMAL, "a cell is too long"),
    (PLAIN.replace("A,", "A\0,"), NORMAL, "line 2 holds the control character '\\x00'"),
    ("A title, with a comma\n" + PLAIN, NORMAL, "line 2: 3 cells, but the header has 2; a comma "
     "inside a number or a name needs quotation marks around the cell; if line 1 is a title"),
    (PLAIN.replace(",", "  "), NORMAL, "separate the cells by commas or semicolons, not by spaces"),
    (PLAIN.replace("effect", "Effect"), NORMAL, "did you mean 'Effect'?"),
    ("", NORMAL, "own.csv has no rows below its header"),
    ("A title\n", NORMAL, "own.csv has no rows below its header"),
    ("sep=;\n", NORMAL, "own.csv has no rows below its header"),
])
def test_what_cannot_be_read_is_named(fitted, text, options, words):
    model, said = fitted(text, options)
    assert model is None and words in said, said


def test_a_count_cannot_have_decimals_so_its_thousands_are_known(fitted):
    counts = ["--model", "binomial", "--successes", "y", "--trials", "n"]
    model, notes = fitted("y;n\n3;1.234\n4;2.000\n", counts)
    assert model.trials.tolist() == [1234, 2000] and "'1.234' is read as 1234" in notes[0]
    model, said = fitted("y;n\n3;1.000\n4;2.000\n", counts)
    assert model is None and "'1.000' could be 1 or 1000: write 1 or 1000" in said
    _, said = fitted("school;effect;se\nA;12.340;1\nB;1;2\n", NORMAL)
    assert "'12.340' could be 12.34 or 12340: write 12.34 or 12340" in said


def test_counts_tell_the_decimal_mark_of_other_columns(fitted):
    """1,204 events are no fraction, and so the days have thousands too; 980 alone tells nothing."""
    rates = ["--model", "poisson", "--count", "y", "--exposure", "e"]
    model, _ = fitted('y,e\n"1,204","120,500"\n980,"88,000"\n', rates)
    assert model.y.tolist() == [1204, 980] and model.exposure.tolist() == [120500, 88000]
    model, _ = fitted("y;e\n1.204;120.500\n980;88.000\n", rates)
    assert model.exposure.tolist() == [120500, 88000]
    _, said = fitted('y,e\n204,"120,500"\n980,"88,000"\n', rates)
    assert "'120,500' could be 120.5 or 120500" in said


def test_the_rest_of_the_file_tells_a_decimal_mark(fitted):
    """0,5 can only be a half, and so 1,234 is no thousand; 0.5 and "1,234" the other way round."""
    model, _ = fitted("school;effect;se\nA;1,234;0,5\nB;2,345;0,6\n", NORMAL)
    assert model.y.tolist() == [1.234, 2.345]
    model, notes = fitted('school,effect,se\nA,"1,234",0.5\nB,"2,345",0.6\n', NORMAL)
    assert model.y.tolist() == [1234, 2345] and "'1,234' is read as 1234" in notes[0]
    model, _ = fitted("school;effect;se\nA;1.234;0.5\nB;2.345;0.6\n", NORMAL)
    assert model.y.tolist() == [1.234, 2.345]


def workbook(names):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in names.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return target.getvalue()


@pytest.mark.parametrize("content, words", [
    (workbook({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"}),
     "is an Excel workbook (xlsx), not a CSV file; open it in a spreadsheet and save the sheet as"),
    (workbook({"mimetype": "", "content.xml": ""}).replace(
        b"mimetype", b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", 1),
     "is an OpenDocument spreadsheet (ods), not a CSV file; open it"),
    (workbook({"word/document.xml": ""}), "is a Word document (docx)"),
    (workbook({"own.csv": PLAIN}), "is a zip archive, not a CSV file; unpack it"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "an old Excel workbook (xls)"),
    (b"\x1f\x8b\x08\x00\x00", "a gzip archive"), (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
    (b"PAR1\x15\x04\x15\x00", "a Parquet file"), (b"\n <HTML><table>", "a web page"),
    (b"<?xml version='1.0'?>", "an XML file"), (b"\xff\xfe\x01", "UTF-8"),
    (b"school,effect\nA\x81,\xe9", "is not a text file in UTF-8, UTF-16 or Latin-1"),
])
def test_files_that_are_no_text_are_named(fitted, content, words):
    model, said = fitted(content, NORMAL)
    assert model is None and words in said, said


def test_a_header_may_begin_like_such_a_file(fitted):
    for name in ("PAR1", "PK", "BZh", "RDX"):
        model, _ = fitted(PLAIN.replace("school", name), [*NORMAL[:-1], name])
        assert model.groups == ("A", "B", "C", "D")


def test_places_are_lines_of_the_file(tmp_path):
    """Below a line sep=, a title and a cell of two lines."""
    path = tmp_path / "own.csv"
    path.write_text('sep=;\nA title\nschool;"effect\nin points";se\n\nA;1;2\n"B\nb";x;2\n')
    table = Table(path)
    assert table.columns == ["school", "effect in points", "se"]
    assert table.text("school") == ["A", "B b"]
    with pytest.raises(ValueError, match=r"row 2 \(line 7\), column 'effect in points': 'x'"):
        table.numbers("effect in points")
