"""Numbers for a picture as short texts: two letters each, finer than the dots of any screen."""
import numpy as np

# 90 letters that need no escape in JSON or in a <script>
LETTERS = "".join(chr(code) for code in range(35, 127) if chr(code) not in "\\<")
LEVELS = len(LETTERS) ** 2 - 1


def packed(values, low, high):
    """Numbers between low and high as a text, two letters for each; beyond the ends, the ends.

    ``low + (high - low) * n / 8099`` gives them back, to a 16 000th of the range, where n is 90
    times the place of the first letter in LETTERS plus that of the second.
    """
    share = (np.asarray(values, dtype=float) - low) / (high - low)
    share = np.clip(np.nan_to_num(share, nan=0.0, posinf=1.0, neginf=0.0), 0, 1)
    whole = np.rint(share * LEVELS).astype(int)
    first, second = np.divmod(whole, len(LETTERS))
    return "".join(LETTERS[a] + LETTERS[b] for a, b in zip(first.ravel(), second.ravel()))


def unpacked(text, low, high):
    """The numbers of a packed text."""
    places = np.array([LETTERS.index(letter) for letter in text]).reshape(-1, 2)
    return low + (high - low) * (places @ [len(LETTERS), 1]) / LEVELS
