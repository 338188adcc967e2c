import math

import pytest
from hypothesis import given
from hypothesis import strategies as some

from workflow_scripts.evidence import numbers

finite = some.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12)


def read_back(text: str) -> float:
    """The number that a reader sees: the inverse of the formatting."""
    text = text.replace(numbers.NARROW, "").replace(numbers.MINUS, "-")
    mantissa, _, power = text.partition("×10")
    digits = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    return float(mantissa) * 10.0 ** int(power.translate(digits) or 0)


@given(finite)
def test_a_number_reads_back_to_three_digits(value):
    assert read_back(numbers.number(value)) == pytest.approx(value, rel=0.0051, abs=1e-300)


@given(finite)
def test_a_chosen_number_reads_back_exactly(value):
    assert read_back(numbers.exact(value)) == pytest.approx(value, rel=1e-15)


@given(finite, some.floats(min_value=1e-3, max_value=1e3))
def test_estimate_and_interval_round_alike_and_keep_two_digits_of_the_width(value, half):
    value %= 1000
    middle, interval = numbers.estimate(value, value - half, value + half)
    low, high = interval.strip("[]").split("," + numbers.WIDE)
    shown = [read_back(text) for text in (middle, low, high)]
    assert shown == pytest.approx([value, value - half, value + half], abs=0.051 * half)
    decimals = {len(text.partition(".")[2]) for text in (middle, low, high)}
    assert len(decimals) == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (math.nan, "–"),
        (-math.inf, "−∞"),
        (-0.5, "−0.500"),
        (4600, "4600"),
        (266200, "266\u202f200"),
        (0.000032, "3.20\u202f×\u202f10⁻⁵"),
        (-0.0, "0"),
    ],
)
def test_number(value, text):
    assert numbers.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0012, "0.0012"), (1e-05, "1\u202f×\u202f10⁻⁵"), (-0.5, "−0.5")]
)
def test_exact(value, text):
    assert numbers.exact(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0025, "0.0025"), (1e-12, "1 × 10⁻¹²"), (1 / 3, "0.333")]
)
def test_a_bound_that_was_computed_is_rounded(value, text):
    assert numbers.bound(value) == text.replace(" ", numbers.NARROW)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ((0.3412, 0.121, 0.5614, "pp"), ("0.34\u00a0pp", "[0.12,\u00a00.56]")),
        ((-0.001, -0.4, 0.398, "pp"), ("0.00\u00a0pp", "[−0.40,\u00a00.40]")),
        ((1.24, 0.98, 1.57, "×"), ("1.24×", "[0.98,\u00a01.57]")),
        ((15.0, 15.0, 15.0, "trainings"), ("15\u00a0trainings", "(no spread)")),
        ((0.4, None, None, "pp"), ("0.400\u00a0pp", "")),
        ((0.4, 0.2, None, None), ("0.40", "[0.20,\u00a0∞]")),
        ((None, None, None, "pp"), ("–", "")),
    ],
)
def test_estimate(given, text):
    assert numbers.estimate(*given) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.42, "0.42\u00a0s"),
        (59.9, "60\u00a0s"),
        (312.5, "5\u00a0min 12\u00a0s"),
        (3599.9, "1\u00a0h"),
        (5400, "1.50\u00a0h"),
        (None, "–"),
    ],
)
def test_seconds(value, text):
    assert numbers.seconds(value) == text


def test_sizes_and_shares():
    assert numbers.megabytes(812.4) == "812\u00a0MB"
    assert numbers.megabytes(2345.6) == "2.3\u00a0GB"
    assert numbers.percent(0.041) == "4.1\u00a0%"
    assert numbers.percent(0.95) == "95\u00a0%"


def test_what_is_counted_is_one_or_many():
    assert numbers.counted(1, "claim") == "1 claim"
    assert numbers.counted(0, "claim") == "0 claims"
    assert numbers.counted(2, "study", "studies") == "2 studies"
