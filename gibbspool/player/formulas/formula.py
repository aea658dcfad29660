"""What is said of one conditional: its density, what stands in it, and the numbers for a state."""
import re
from html import escape
from typing import NamedTuple

from . import markup


class Formula(NamedTuple):
    """A conditional as it is written on the page; formulas are sources for `markup`.

    Attributes
    ----------
    left : str
        What it is the conditional of, such as "theta_j | mu, tau, y_j".
    law : str
        "~" before a distribution, PROPORTIONAL before a density.
    right : str
        The distribution, or the density up to a constant.
    where : tuple of (name, source)
        What the names in it are, each by a formula of its own. A name that begins with "sum" is
        shown in its place, not in a line of its own. With "" for a formula the number stands alone.
    logs : tuple of str
        Of a density: the terms of its logarithm, up to a constant. The page gives each its number
        at the value that the step starts from.
    words : str
        The same in words; names in braces, such as {tau}, are shown as symbols.
    symbols : dict of str to str
        HTML for names that have a symbol of their own.
    """

    left: str
    law: str
    right: str
    where: tuple = ()
    words: str = ""
    symbols: dict = {}
    logs: tuple = ()

    @property
    def drawn(self):
        """The name of what it is the conditional of."""
        name = self.left.partition(" |")[0]
        return "coefficients" if "," in name else name


PROPORTIONAL = "\N{PROPORTIONAL TO}"
TILDE = "\N{TILDE OPERATOR}"


class Numbers(dict):
    """The numbers of a state and of the data, and by need what the formula's lines come to."""

    def __init__(self, formula, known):
        super().__init__(known)
        self.lines = dict(formula.where)

    def __missing__(self, name):
        self[name] = markup.value(self.lines[name], self)
        return self[name]


def numbers(formula, known):
    """What each line of a formula comes to, by name.

    Parameters
    ----------
    formula : Formula
    known : dict
        The numbers of the state and of the data; names of groups end in _j and have arrays.
    """
    found = Numbers(formula, known)
    return {name: found[name] for name, source in formula.where if source or name in known}


def logs(formula, known):
    """What each term of the logarithm comes to: a list."""
    found = Numbers(formula, known)
    return [markup.value(term, found) for term in formula.logs]


def shown(formula):
    """The names in whose places numbers are shown: in all lines that are no sum over groups."""
    sources = [formula.right, *(source for name, source in formula.where
                                if not name.startswith("sum"))]
    return {name for source in sources if "sum{" not in source and "prod{" not in source
            for name in markup.names_in(source)}


def words_as_html(formula):
    """The words, with symbols for the names in braces."""
    return re.sub(r"\{(\w+)\}", lambda name: markup.symbol(name.group(1)),
                  escape(formula.words, quote=False))


# What letters stand for that are no variable of the model.
LETTERS = {"J": "J is the number of groups", "N": "N is the number of all observations",
           "n_j": "n is the size of a group", "e_j": "e is the exposure of a group",
           "m": "m and s are the mean and the standard deviation of the prior of {0}"}


def letters_as_html(formula, model):
    """A sentence on each letter of a formula that is neither drawn nor a group's own estimate."""
    sources = [formula.right, *formula.logs, *(source for _, source in formula.where)]
    names = set().union(*map(markup.names_in, sources))
    mean = markup.symbol("mu_log" if hasattr(model, "mu_log") else "mu")
    found = [said.format(mean) for name, said in LETTERS.items() if name in names]
    return "; ".join(found) + "." if found else ""


def as_html(formula, known):
    """The lines of a formula for the page.

    Parameters
    ----------
    formula : Formula
    known : set of str
        Names that have numbers, of the state and of the data.

    Returns
    -------
    list of dict
        ``symbols``; ``filled``, the right side with places for numbers, "" where there are none;
        and ``value``, the name of what the line comes to, "" for the first line.
    """
    in_place = {name: markup.symbols(source, formula.symbols) for name, source in formula.where
                if name.startswith("sum")}
    signs = {**formula.symbols, **in_place}
    known = set(known) | {name for name, _ in formula.where}
    law = TILDE if formula.law == "~" else formula.law
    first = markup.filled(formula.right, known - {formula.drawn}, signs)
    lines = [{"symbols": f"{markup.symbols(formula.left, signs)} {law} "
                         f"{markup.symbols(formula.right, signs)}",
              "filled": f"{law} {first}" if first else "", "value": ""}]
    for name, source in formula.where:
        if not name.startswith("sum"):
            lines.append(line(name, source, known | {formula.drawn}, signs))
    return [*lines, *logs_as_html(formula, signs)]


def line(name, source, known, signs):
    """What one name in a formula is."""
    symbol, right = markup.symbol(name, signs), markup.filled(source, known, signs)
    return {"symbols": f"{symbol} = {markup.symbols(source, signs)}" if source else symbol,
            "filled": f"= {right}" if right else "", "value": name}


def logs_as_html(formula, signs):
    """The line on the logarithm of a density: its terms, and a place for the number of each."""
    if not formula.logs:
        return []
    terms = [markup.symbols(term, signs) for term in formula.logs]
    signed = [f"{term[0]} {term[1:]}" if term[0] == markup.MINUS else f"+ {term}" for term in terms]
    added = " ".join(f'<span class="term">{term}</span>'
                     for term in [terms[0], *signed[1:]])
    places = "".join(f'<b data-log="{k}"></b>' for k in range(len(terms)))
    drawn = markup.symbol(formula.drawn, signs)
    return [{"symbols": f"log density = {added}",
             "filled": f'= {places}', "value": "log",
             "at": f'{drawn} = <b data-n="{formula.drawn}"></b>'}]


# Logarithms of densities that several families share.
DISTANCES = ("-J log(tau)", "-frac{S}{2 tau^2}")         # of a spread around the groups' parameters
SLOPE = ("-frac{1}{2} precision (tau - slope)^2",)       # of a spread that is a slope


def numbers_of(prior):
    """Mean and sd of a normal prior of the population's mean; no other prior has these names."""
    return {"m": prior.mean, "s": prior.sd} if type(prior).__name__ == "Normal" else {}
