"""Formulas as MathML, which browsers show and print by themselves, without a library.

A formula is plain text, read symbol by symbol, with `Formula` pieces between for what stands above,
below or under a root: ``math(sub("B", "i"), "= ", fraction("a", "a + b"))``.
"""
import re
from html import escape

TOKEN = re.compile(r"[A-Za-z]{2,}|\w(?<!\d)|[0-9]+(?:\.[0-9]+)?|\s+|.")


class Formula(str):
    """A piece of MathML: taken as it is, where a text would be read symbol by symbol."""


def math(*pieces):
    """A formula on a line of its own."""
    return Formula(f'<div class="formula"><math display="block">{row(*pieces)}</math></div>')


def inline(*pieces):
    """A formula within a sentence."""
    return Formula(f"<math>{row(*pieces)}</math>")


def prose(*pieces):
    """A paragraph of texts and `inline` formulas."""
    return Formula(f"<p>{''.join(p if isinstance(p, Formula) else escape(p) for p in pieces)}</p>")


def row(*pieces):
    return Formula(f"<mrow>{''.join(map(symbols, pieces))}</mrow>")


def symbols(piece):
    """The symbols of a text: names, numbers, operators."""
    if isinstance(piece, Formula):
        return piece
    return "".join(map(symbol, TOKEN.findall(piece)))


def symbol(token):
    if token.isspace():
        return ""
    if token[0].isdigit():
        return f"<mn>{token}</mn>"
    if token in ("log", "exp"):
        return f'<mspace width="0.17em"/><mi>{token}</mi><mspace width="0.17em"/>'
    if token.isalpha():
        return f"<mi>{token}</mi>"  # one letter is set in italics, a word such as Normal upright
    if token in "()[]":
        return f'<mo stretchy="false">{token}</mo>'
    if token == "|":
        return '<mo stretchy="false" lspace="0.25em" rspace="0.25em">|</mo>'
    return f"<mo>{escape(token)}</mo>"


def bracketed(*inside):
    """Brackets as tall as what they hold; those of a text stay small."""
    return Formula(f"<mrow><mo>(</mo>{row(*inside)}<mo>)</mo></mrow>")


def words(text):
    """Words within a formula."""
    return Formula(f"<mtext>&#160;{escape(text)}&#160;</mtext>")


def sub(base, index):
    return Formula(f"<msub>{row(base)}{row(index)}</msub>")


def power(base, exponent):
    return Formula(f"<msup>{row(base)}{row(exponent)}</msup>")


def sub_power(base, index, exponent):
    return Formula(f"<msubsup>{row(base)}{row(index)}{row(exponent)}</msubsup>")


def fraction(above, below):
    return Formula(f"<mfrac>{row(above)}{row(below)}</mfrac>")


def root(*inside):
    return Formula(f"<msqrt>{row(*inside)}</msqrt>")


def mark(letter, sign):
    """A letter with a sign above it, such as a hat."""
    return Formula(f'<mover accent="true">{row(letter)}<mo stretchy="false">{sign}</mo></mover>')


def product(index):
    return Formula(f"<munder><mo>∏</mo>{row(index)}</munder>")


def total(index):
    return Formula(f"<munder><mo>∑</mo>{row(index)}</munder>")
