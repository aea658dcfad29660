"""Files that are no text, told by their first bytes, and what to do with each."""
import re

AS_CSV = "open it in the program that wrote it and save the table as CSV (UTF-8)"
SHEET = "open it in a spreadsheet and save the sheet as CSV (UTF-8)"
UNPACK = "unpack it and name the CSV file inside"
IN_CODE = "read it where it was written and write the table as CSV"
TYPED = "type the table into a CSV file"
BY_FIRST_BYTES = {
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook (xls)", SHEET),
    b"\x1f\x8b": ("a gzip archive", UNPACK),
    b"BZh": ("a bzip2 archive", UNPACK),
    b"\xfd7zXZ": ("an xz archive", UNPACK),
    b"7z\xbc\xaf": ("a 7z archive", UNPACK),
    b"Rar!": ("a rar archive", UNPACK),
    b"\x89PNG": ("a picture (PNG)", TYPED),
    b"\xff\xd8\xff": ("a picture (JPEG)", TYPED),
    b"PAR1": ("a Parquet file", IN_CODE),
    b"\x93NUMPY": ("a NumPy file", IN_CODE),
    b"\x89HDF": ("an HDF5 file", IN_CODE),
    b"SQLite format 3": ("an SQLite database", IN_CODE),
    b"RDX": ("an R data file", IN_CODE),
    b"$FL": ("an SPSS file (sav)", AS_CSV),
}
BY_FIRST_WORDS = {
    b"%pdf": ("a PDF document", f"copy the table into a spreadsheet: {SHEET}"),
    b"{\\rtf": ("a text document (RTF)", f"copy the table into a spreadsheet: {SHEET}"),
    b"<stata_dta>": ("a Stata file (dta)", AS_CSV),
    b"<!doctype": ("a web page", AS_CSV),
    b"<html": ("a web page", AS_CSV),
    b"<table": ("a web page", AS_CSV),
    b"<?xml": ("an XML file", AS_CSV),
}
INSIDE_A_ZIP = {
    b"xl/": ("an Excel workbook (xlsx)", SHEET),
    b"opendocument.spreadsheet": ("an OpenDocument spreadsheet (ods)", SHEET),
    b"word/": ("a Word document (docx)", f"copy the table into a spreadsheet: {SHEET}"),
    b"Index/": ("a Numbers spreadsheet or a zip archive", SHEET),
}
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")


def no_text(data):
    """What the bytes of a file are and what to do with it, two texts; None if they may be text."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return next((what for name, what in INSIDE_A_ZIP.items() if name in data),
                    ("a zip archive", UNPACK))
    start = data[:100].lstrip().lower()
    for signature, what in BY_FIRST_WORDS.items():
        if start.startswith(signature):
            return what
    if CONTROL.search(data[:1000]):  # a header may begin with such letters
        return next((what for signature, what in BY_FIRST_BYTES.items()
                     if data.startswith(signature)), None)
    return None
