"""The format of numbers on the page: the only place where a float becomes text."""

import math

# Units that follow their number without a space.
_CLOSE = ("×",)
MINUS, NARROW, WIDE = "\u2212", "\u202f", "\u00a0"
ABSENT = "–"
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MINUTE, _HOUR = 60, 3600
_LONGEST = 12
"""Characters of a bound that somebody chose, such as 1.5 × 10⁻⁶."""


def number(value: float | None, digits: int = 3) -> str:
    """Return `value` with `digits` significant digits, a true minus sign and grouped thousands.

    Integers keep all their digits below a million. Missing and non-finite values are shown as such.
    """
    if value is None or math.isnan(value):
        return ABSENT
    if math.isinf(value):
        return "∞" if value > 0 else MINUS + "∞"
    if value == int(value) and abs(value) < 1e6:
        return fixed(value, 0)
    if not 1e-3 <= abs(value) < 1e6:
        return _scientific(value, digits)
    return fixed(value, max(0, digits - 1 - math.floor(math.log10(abs(value)))))


def exact(value: float) -> str:
    """Return a chosen (not measured) number: all its digits and no more."""
    if not math.isfinite(value):
        return number(value)
    if value == int(value) and abs(value) < 1e15:
        return fixed(value, 0)
    mantissa, _, exponent = repr(float(value)).partition("e")
    return mantissa.replace("-", MINUS) + (_power(exponent) if exponent else "")


def bound(value: float) -> str:
    """Return a bound with all its digits if it was chosen, and rounded if it was computed."""
    text = exact(value)
    return text if len(text) <= _LONGEST else number(value)


def fixed(value: float, decimals: int) -> str:
    """Return `value` with exactly `decimals` decimals; a value that rounds to zero has no sign.

    Thousands are grouped from ten thousand on.
    """
    text = f"{value:,.{decimals}f}".replace(",", NARROW if abs(value) >= 1e4 else "")
    if not text.startswith("-"):
        return text
    return MINUS + text[1:] if any(digit in text for digit in "123456789") else text[1:]


def counted(value: int, one: str, many: str = "") -> str:
    """Return a number and what is counted: "1 claim", "3 claims", "2 studies"."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def with_unit(text: str, unit: str | None) -> str:
    """Join a formatted number and its unit with a non-breaking space."""
    if not unit or text == ABSENT:
        return text
    return f"{text}{'' if unit in _CLOSE else WIDE}{unit}"


def estimate(
    value: float | None, low: float | None, high: float | None, unit: str | None = None
) -> tuple[str, str]:
    """Return the texts `("0.34 pp", "[−0.05, 0.73]")`, equally rounded.

    The half-width of the interval keeps two significant digits and the estimate the same decimals,
    so that no unsupported digit is printed. Without an interval the second text is empty; an
    interval of zero width is shown as "(no spread)".
    """
    if value is None:
        return ABSENT, ""
    if low is None and high is None:
        return with_unit(number(value), unit), ""
    if value == low == high:
        return with_unit(number(value, 4), unit), "(no spread)"
    ends = [end for end in (low, high) if end is not None and math.isfinite(end)]
    width = max((abs(end - value) for end in ends), default=0.0)
    largest = max(abs(each) for each in (value, *ends))
    decimals = _decimals(width)
    if decimals is None or decimals > 5 or largest >= 1e6:
        shown = [number(each, 3) if each is not None else None for each in (value, low, high)]
    else:
        shown = [_bound(each, decimals) for each in (value, low, high)]
    middle, below, above = shown
    interval = f"[{below or MINUS + '∞'}, {above or '∞'}]"
    return with_unit(str(middle), unit), interval.replace(", ", "," + WIDE)


def seconds(value: float | None) -> str:
    """Return a duration in a readable unit."""
    if value is None:
        return ABSENT
    if value < _MINUTE:
        return with_unit(number(value, 2), "s")
    if value < _HOUR:
        whole = round(value)
        return f"{whole // 60}{WIDE}min {whole % 60}{WIDE}s" if whole < _HOUR else f"1{WIDE}h"
    return with_unit(number(value / _HOUR, 3), "h")


def megabytes(value: float | None) -> str:
    """Return a size given in MB as MB or GB."""
    if value is None:
        return ABSENT
    if value < 1000:
        return with_unit(number(round(value)), "MB")
    return with_unit(fixed(value / 1000, 1), "GB")


def percent(share: float | None) -> str:
    """Return a share of one as a percentage, without decimals from ten per cent on."""
    if share is None:
        return ABSENT
    return with_unit(fixed(100 * share, 0 if abs(share) >= 0.1 else 1), "%")


def _bound(value: float | None, decimals: int) -> str | None:
    if value is None:
        return None
    return fixed(value, decimals) if math.isfinite(value) else number(value)


def _decimals(width: float) -> int | None:
    return max(0, 1 - math.floor(math.log10(width))) if width > 0 else None


def _scientific(value: float, digits: int) -> str:
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return mantissa.replace("-", MINUS) + _power(exponent)


def _power(exponent: str) -> str:
    return f"{NARROW}×{NARROW}10{str(int(exponent)).translate(_SUPERSCRIPT)}"
