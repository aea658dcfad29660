"""Numbers as a reader wants them: significant digits, never an exponent."""
import math

MOST_DECIMALS = 4  # unless all of them were zeros
CLEAR = 20         # standard errors; more say no more


def plain(value, digits=4):
    """To so many significant digits, and at most four decimals.

    >>> [plain(8750.4, 3), plain(4.81), plain(0.0004173), plain(0.0000123)]
    ['8750', '4.81', '0.0004', '0.00001']
    """
    if value == 0 or not math.isfinite(value):
        return format(abs(value) if value == 0 else value, ".0f")
    first = -math.floor(math.log10(abs(value)))  # the decimal that is not zero
    decimals = max(0, min(first + digits - 1, max(first, MOST_DECIMALS)))
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def written(value, spec):
    """By a format specification; one of significant digits, such as ".4g", without exponents. A
    zero has no sign.
    """
    if spec.startswith(".") and spec.endswith("g"):
        return plain(value, int(spec[1:-1]))
    text = format(value, spec)
    return text if any(digit in text for digit in "123456789") else text.lstrip("+-")


def distance(errors):
    """Of so many standard errors: such as "7", or "over 20"."""
    return f"over {CLEAR}" if errors > CLEAR else f"{errors:.0f}"


def standard_errors(number):
    """So many of them: such as "1 standard error", "7 standard errors"."""
    far = distance(abs(number))
    return f"{far} standard error{'' if far == '1' else 's'}"
