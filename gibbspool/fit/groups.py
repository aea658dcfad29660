"""Which group each row of a table belongs to, and labels that look like a total."""
import re

import numpy as np

TOTAL = re.compile(
    r"(grand |sub|sub-|sub )?total(s|e|en)?( .*|:.*)?|sums?|summe|gesamt(summe|wert)?|insgesamt|"
    r"all|alle|all groups|overall|somme|ensemble|suma|average|mean|mittelwert|durchschnitt|pooled|"
    r"summary", re.IGNORECASE)


class Groups:
    """The groups of a table's rows.

    Parameters
    ----------
    labels : list or None
        In the order of the file; None where no column names them.
    index : array (rows,)
        The place of each row's group among the labels.
    """

    def __init__(self, labels, index):
        self.labels, self.index = labels, index
        self.J = len(index) if labels is None else len(labels)

    @classmethod
    def by_label(cls, cells):
        """The groups of rows with these labels."""
        place = {}
        index = [place.setdefault(cell, len(place)) for cell in cells]
        return cls(list(place), np.array(index, dtype=int))

    @property
    def repeated(self):
        """Whether a group has several rows."""
        return self.J < len(self.index)

    @property
    def first(self):
        """The first row of each group, (J,)."""
        return np.unique(self.index, return_index=True)[1]

    def sums(self, x):
        """Sums of x (rows, ...) over the rows of each group, (J, ...)."""
        found = np.zeros((self.J, *x.shape[1:]))
        np.add.at(found, self.index, x)
        return found


def looks_like_a_total(label):
    """Whether a label is a word for the sum, or the mean, of all others."""
    return bool(TOTAL.fullmatch(label.strip(" :*()")))
