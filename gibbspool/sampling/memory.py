"""Whether what is asked for fits into memory: refused beforehand, with its size."""
import math
import os

import numpy as np

MANY = 10**6     # values below which nobody needs to look
UNKNOWN = 2**36  # bytes taken to be there where the system does not tell


def refuse_too_large(sizes, values, count):
    """Refuse what would not fit.

    Parameters
    ----------
    sizes : dict of str to int
        The arguments that it grows with, such as draws and chains, for the sentence.
    values : callable
        Without arguments: one of the many results, a dict of arrays; asked only where there are
        many of them.
    count : int
        How many of them there will be.

    Raises
    ------
    ValueError
        They need more memory than this machine has.
    """
    if count < MANY:
        return
    needed = 8 * count * sum(np.size(value) for value in values().values())
    if needed > memory():
        asked = " and ".join(f"{name} is {in_short(size)}" for name, size in sizes.items())
        raise ValueError(f"{asked}: that takes {gigabytes(needed)} GB of memory, and this machine "
                         f"has {gigabytes(memory())} GB; ask for fewer")


def memory():
    """Bytes of this machine's memory."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # not on Windows
        return UNKNOWN


def gigabytes(size):
    """Bytes as text, in GB."""
    return f"{size / 1e9:,.1f}" if size < 10**24 else in_short(size // 10**9)


def in_short(size):
    """A whole number as text, of large ones the size alone."""
    return str(size) if size < 10**15 else f"about 1e{int(math.log10(size))}"
