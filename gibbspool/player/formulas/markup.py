"""Formulas as HTML: one source, written with symbols, with numbers, and as arithmetic.

A formula is written as in a docstring, with these marks::

    frac{a}{b}   a fraction            root{a}   a square root
    sum{a}       a sum over groups j   prod{a}   a product over them
    sumk{a}      over categories k     prodk{a}  likewise
    ^2, ^{a}     a power               a b       a product: names and brackets side by side
    Normal(x; m, s), log_Normal(x; m, s)         a density at x, and its logarithm

``symbols`` writes it with Greek letters and subscripts. ``filled`` writes a place for a number
where a name stands: an element whose ``data-n`` is the name, which the page fills; names that have
no number stay symbols. ``value`` is what it comes to.
"""
import ast
import operator
import re
from html import escape

import numpy as np
from scipy.special import gammaln

from ...distributions.standard import Beta, Normal
from ...distributions.vectors import Dirichlet

GREEK = {"mu": "\N{GREEK SMALL LETTER MU}", "tau": "\N{GREEK SMALL LETTER TAU}",
         "theta": "\N{GREEK SMALL LETTER THETA}", "sigma": "\N{GREEK SMALL LETTER SIGMA}",
         "alpha": "\N{GREEK SMALL LETTER ALPHA}", "pi": "\N{GREEK SMALL LETTER PI}",
         "pi0": "\N{GREEK SMALL LETTER PI}", "lam": "\N{GREEK SMALL LETTER LAMDA}",
         "phi": "\N{GREEK SMALL LETTER PHI}", "kappa": "\N{GREEK SMALL LETTER KAPPA}",
         "beta": "\N{GREEK SMALL LETTER BETA}"}

HAT, ABOVE = "\N{COMBINING CIRCUMFLEX ACCENT}", ("hat", "raw")  # marks that are no index

# Names of the code for which mathematics has a letter.
OTHERS = {"coefficients": f"<i>{GREEK['mu']}</i>, <i>{GREEK['beta']}</i>",
          "coefficients_hat": f"<i>{GREEK['mu']}{HAT}</i>, <i>{GREEK['beta']}{HAT}</i>",
          "counts": "<i>y</i>", "successes": "<i>y</i>", "trials": "<i>n</i>",
          "exposure": "<i>e</i>"}

TOKEN = re.compile(r"(?:frac|root|sumk?|prodk?)\{|[A-Za-z][A-Za-z_0-9]*|\d+(?:\.\d+)?|\^\{|\^|[{}]"
                   r"|\s+|.")
OVER = ("sum{", "prod{", "sumk{", "prodk{")
FUNCTIONS = {"p", "exp", "log", "Normal", "Beta", "Dirichlet", "Poisson", "Gamma", "rising",
             "log_Normal", "log_Beta", "log_Dirichlet", "log_rising"}
THIN, MINUS, TIMES = "\N{THIN SPACE}", "\N{MINUS SIGN}", "\N{MIDDLE DOT}"


def symbol(name, sums=None):
    """A name of the code as mathematics, HTML: theta_raw_j is a theta with two marks."""
    if sums and name in sums:
        return sums[name]
    if name.startswith("prior_"):
        return f"<i>p</i>({symbol(name[len('prior_'):], sums)})"
    if name in OTHERS:
        return OTHERS[name]
    base, *marks = name.split("_")
    if base == "log" and marks:
        return f"log{THIN}{symbol('_'.join(marks))}"
    if base not in GREEK and len(base) > 1:
        index = f"<sub>{marks.pop()}</sub>" if marks and marks[-1] in "jk" else ""
        return f'<span class="word">{escape(" ".join([base, *marks]))}</span>{index}'
    if base == "pi0":
        marks = ["0", *marks]
    raised = "raw" if "raw" in marks else ""
    lowered = ",".join(mark for mark in marks if mark not in ABOVE)
    letter = f"<i>{GREEK.get(base, base)}{HAT if 'hat' in marks else ''}</i>"
    return (letter + (f"<sub>{lowered}</sub>" if lowered else "")
            + (f"<sup>{raised}</sup>" if raised else ""))


def text_symbol(name):
    """The same as plain text, for axes and for what is read aloud."""
    if name == "coefficients":
        return f"{GREEK['mu']}, {GREEK['beta']}"
    base, *marks = name.split("_")
    if base == "log" and marks:
        return f"log {text_symbol('_'.join(marks))}"
    letter = GREEK.get(base, base) + ("\N{SUBSCRIPT ZERO}" if base == "pi0" else "")
    if "raw" in marks:
        return f"raw {letter}"
    return "_".join([letter, *marks])


class Writer:
    """Writes one formula; `name`, `number`, `fraction` ... say how each piece looks."""

    times = THIN

    def __init__(self, sums=None):
        self.sums = sums or {}

    def write(self, source):
        self.tokens = [match.group(0) for match in TOKEN.finditer(source)]
        self.at = 0
        return self.until(None)

    def until(self, end):
        """Everything up to the token that ends it, with products between factors."""
        out, before, space = "", None, False
        while self.at < len(self.tokens) and self.tokens[self.at] != end:
            token = self.tokens[self.at]
            if token.isspace():
                space = True
                self.at += 1
                continue
            follows = self.is_factor(token)
            if before == "factor" and follows and (space or token == "("):
                out += self.times
            elif space and out and token not in ",;)":
                out += " "
            piece, before = self.piece()
            out += piece
            space = False
        self.at += 1
        return out

    def is_factor(self, token):
        return token == "(" or token[0].isalnum()

    def piece(self):
        """The next piece, and what it is: a factor, the name of a function, or neither."""
        token = self.tokens[self.at]
        self.at += 1
        following = self.tokens[self.at] if self.at < len(self.tokens) else ""
        if token == "frac{":
            above = self.until("}")
            self.at += 1  # the opening brace of the second part
            return self.fraction(above, self.until("}")), "factor"
        if token == "root{":
            return self.root(self.until("}")), "factor"
        if token in OVER:
            return self.over(token[:-1], self.until("}")), "factor"
        if token in ("^", "^{"):
            if token == "^":
                power = self.simple(self.tokens[self.at])
                self.at += 1
            else:
                power = self.until("}")
            return self.power(power), "factor"
        if token in FUNCTIONS and following == "(":
            return self.function(token), "function"
        if token[0].isalnum():
            return self.simple(token), "factor"
        return self.mark(token), "factor" if token == ")" else None

    def simple(self, token):
        return token if token[0].isdigit() else self.name(token)


class Symbols(Writer):
    """With Greek letters."""

    def name(self, name):
        return symbol(name, self.sums)

    def function(self, name):
        return f"<i>{name}</i>" if name == "p" else name.replace("log_", f"log{THIN}")

    def fraction(self, above, below):
        return f'<span class="frac"><span>{above}</span><span>{below}</span></span>'

    def root(self, inside):
        return f'<span class="root"><span>{inside}</span></span>'

    def over(self, which, inside):
        sign = "\N{N-ARY SUMMATION}" if which.startswith("sum") else "\N{N-ARY PRODUCT}"
        index = "k" if which.endswith("k") else "j"
        return f'<span class="sum">{sign}<sub>{index}</sub></span>{THIN}{inside}'

    def power(self, power):
        return f"<sup>{power}</sup>"

    def mark(self, mark):
        return {"-": MINUS, "*": TIMES}.get(mark, escape(mark))


class Filled(Symbols):
    """With a place for a number where a known name stands."""

    times = f"{THIN}{TIMES}{THIN}"

    def __init__(self, known, sums=None):
        super().__init__(sums)
        self.known = known

    def name(self, name):
        if name not in self.known:
            return super().name(name)
        return f'<b data-n="{escape(name)}"></b>'


class Arithmetic(Writer):
    """As Python writes it."""

    times = " * "

    def name(self, name):
        return name

    def function(self, name):
        return name

    def fraction(self, above, below):
        return f"(({above}) / ({below}))"

    def root(self, inside):
        return f"sqrt({inside})"

    def over(self, which, inside):
        return f"{which}({inside})"

    def power(self, power):
        return f" ** ({power})"

    def mark(self, mark):
        return "," if mark == ";" else mark


def symbols(source, sums=None):
    """HTML with Greek letters; `sums` has HTML for names that stand for longer symbols."""
    return Symbols(sums).write(source)


def filled(source, known, sums=None):
    """HTML with places for the numbers of the known names; "" where there is none to fill.

    A sum over groups has no place for the numbers of all of them.
    """
    if any(mark in source for mark in OVER) or not names_in(source) & set(known):
        return ""
    return Filled(known, sums).write(source)


def names_in(source):
    """The names that stand in a formula, without functions."""
    tokens = TOKEN.findall(source)
    return {token for token, after in zip(tokens, [*tokens[1:], ""])
            if token[0].isalpha() and not token.endswith("{")
            and not (token in FUNCTIONS and after == "(")}


# ---- what a formula comes to

OPERATIONS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
              ast.Div: operator.truediv, ast.Pow: operator.pow, ast.USub: operator.neg}
CALLS = {
    "sqrt": np.sqrt, "exp": np.exp, "log": np.log, "sum": np.sum, "prod": np.prod,
    "sumk": lambda x: np.sum(x, axis=-1), "prodk": lambda x: np.prod(x, axis=-1),
    "log_Normal": lambda x, mean, sd: Normal(mean, sd).logpdf(x),
    "log_Beta": lambda x, a, b: Beta(a, b).logpdf(x),
    "log_Dirichlet": lambda x, a: Dirichlet(a).logpdf(x),
    "log_rising": lambda a, n: gammaln(a + n) - gammaln(a),
}


def value(source, numbers):
    """What a formula comes to.

    Parameters
    ----------
    source : str
    numbers : dict-like of str to float or array
        Of its names; an array has an element for each group.
    """
    return of_node(ast.parse(Arithmetic().write(source), mode="eval").body, numbers)


def of_node(node, numbers):
    if isinstance(node, ast.Constant):
        return float(node.value)
    if isinstance(node, ast.Name):
        return numbers[node.id]
    if isinstance(node, ast.UnaryOp):
        return OPERATIONS[type(node.op)](of_node(node.operand, numbers))
    if isinstance(node, ast.BinOp):
        return OPERATIONS[type(node.op)](of_node(node.left, numbers), of_node(node.right, numbers))
    return CALLS[node.func.id](*(of_node(one, numbers) for one in node.args))
