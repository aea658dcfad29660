"""The section's own order: its numbered chapters, which parts of the page each has, and how a
reader names one part.
"""
from itertools import groupby

from ..spelling import did_you_mean
from .parts import PARTS

# Number and title of a chapter, by the part that opens it; the parts that follow belong to it too.
OPENS = {
    "The pooling problem": ("5.8.1", "The Pooling Problem"),
    "The mathematical structure and shrinkage": ("5.8.2", "The Mathematical Structure"),
    "Worked Example 1: Eight Schools": ("5.8.3", "Worked Example 1: Eight Schools"),
    "Worked Example 2: answers in six regions": ("5.8.4",
                                                 "Worked Example 2: Dirichlet-Multinomial"),
    "Comparing pooling strategies by leave-one-out": ("5.8.5", "LOO Model Comparison"),
    "When to use hierarchical models": ("5.8.6", "When to Use Hierarchical Models"),
    "Centred or non-centred: which to use": ("", "Practical Considerations"),
    "Stein's paradox": ("", "Bringing It All Together"),
    "Exercise 5.8.1: shrinkage arithmetic": ("", "Exercises"),
    "References": ("", "References"),
}


def chapter_of():
    """(number, title) of its chapter for each part's title; ("", "") before the first chapter."""
    found, chapter = {}, ("", "")
    for title, *_ in PARTS:
        chapter = found[title] = OPENS.get(title, chapter)
    return found


def by_chapter(parts):
    """[(number, title of the chapter, its parts)], in the order of the parts."""
    chapters = chapter_of()
    return [(*chapter, list(its)) for chapter, its in
            groupby(parts, lambda part: chapters.get(part.title, ("", "")))]


def numbered(title):
    """A part's title with the number of its chapter in front."""
    number, _ = chapter_of().get(title, ("", ""))
    return f"{number} {title}" if number else title


def number_of(title):
    """The number by which a part can be asked for; "" if it has none."""
    titles = [one for one, *_ in PARTS]
    return titles.index(title) + 1 if title in titles else ""


def chosen(name, titles):
    """Which part is meant: its place in a list of titles, counted from 0.

    Parameters
    ----------
    name : str
        Its number, counted from 1, or words of its title.
    titles : sequence of str

    Raises
    ------
    ValueError
        No part, or more than one, is called that.
    """
    if name.strip().isdigit():
        k = int(name) - 1
        if not 0 <= k < len(titles):
            raise ValueError(f"part is {name}; the parts have the numbers 1 to {len(titles)}")
        return k
    words = name.casefold().split()
    found = [k for k, title in enumerate(titles)
             if words and all(word in title.casefold() for word in words)]
    if len(found) == 1:
        return found[0]
    if found:
        fit = "; ".join(f"{k + 1} {titles[k]}" for k in found)
        raise ValueError(f"part is {name!r}, which fits {len(found)} parts: {fit}")
    raise ValueError(f"part is {name!r}, which is in no title: give a number from 1 to "
                     f"{len(titles)} or words of a title{nearest(words, titles)}")


def nearest(words, titles):
    """"; did you mean ...?" with the words that are most like those of a title; "" if none is."""
    known = sorted({word.strip(":,").casefold() for title in titles for word in title.split()})
    meant = [did_you_mean(word, known) for word in words]
    return next(filter(None, meant), "")
