import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workflow_scripts.evidence.claims.rule import Verdict, above, at_least, at_most, below, within
from workflow_scripts.evidence.statistics.intervals import exact_interval, mean_interval

numbers = st.integers(-20, 20).map(float)
samples = st.lists(numbers, min_size=3, max_size=8)
ORDER = [Verdict.CONTRADICTED, Verdict.UNDECIDED, Verdict.SUPPORTED]


@st.composite
def rules(draw):
    kind = draw(st.sampled_from([above, at_least, below, at_most, within]))
    margin = draw(numbers)
    return within(margin, margin + draw(st.integers(0, 10))) if kind is within else kind(margin)


@pytest.mark.parametrize(
    ("rule", "unit", "text"),
    [
        (above(-0.5), "pp", "> −0.5 pp"),
        (at_least(10), "×", "≥ 10 ×"),
        (below(1e-12), "", "< 1\u202f×\u202f10⁻¹²"),
        (at_most(-1.8), "", "≤ −1.8"),
        (within(0.13, 0.145), "", "in [0.13, 0.145]"),
        (within(-1.15, -0.85), "decades", "in [−1.15, −0.85] decades"),
    ],
)
def test_a_rule_reads_as_a_person_writes_it(rule, unit, text):
    assert rule.text(unit) == text


@pytest.mark.parametrize(
    ("rule", "values", "verdict"),
    [
        (above(0), [1.0, 1.1, 0.9], Verdict.SUPPORTED),
        (above(0), [-1.0, -1.1, -0.9], Verdict.CONTRADICTED),
        (above(0), [1.0, -1.1, 0.5], Verdict.UNDECIDED),
        (below(0), [-1.0, -1.1, -0.9], Verdict.SUPPORTED),
        (within(0, 2), [1.0, 1.1, 0.9], Verdict.SUPPORTED),
        (within(0, 1), [1.0, 1.1, 0.9], Verdict.UNDECIDED),
        (within(2, 3), [1.0, 1.1, 0.9], Verdict.CONTRADICTED),
        (within(-3, -2), [1.0, 1.1, 0.9], Verdict.CONTRADICTED),
    ],
)
def test_the_interval_decides(rule, values, verdict):
    assert rule.decide(mean_interval(values)) is verdict


@pytest.mark.parametrize(
    ("rule", "at_the_margin"),
    [
        (above(1), Verdict.CONTRADICTED),
        (at_least(1), Verdict.SUPPORTED),
        (below(1), Verdict.CONTRADICTED),
        (at_most(1), Verdict.SUPPORTED),
        (within(1, 2), Verdict.SUPPORTED),
        (within(0, 1), Verdict.SUPPORTED),
    ],
)
def test_an_exact_number_on_the_margin_is_in_or_out_as_the_sign_says(rule, at_the_margin):
    exact = exact_interval(1.0)
    assert rule.decide(exact) is at_the_margin
    assert rule.p_value(exact) == 0.0


@given(rules(), samples)
def test_verdict_and_p_agree(rule, values):
    interval = mean_interval(values)
    assume(interval.low != interval.high)
    ends = (interval.low, interval.high)
    assume(all(abs(end - margin) > 1e-9 for end in ends for margin in rule.margins))
    decided = rule.decide(interval) is not Verdict.UNDECIDED
    assert (rule.p_value(interval) < 0.05) == decided


@given(rules(), samples)
def test_supported_and_contradicted_exclude_each_other(rule, values):
    interval = mean_interval(values)
    inside = [rule.holds(x) for x in (interval.low, interval.estimate, interval.high)]
    verdict = rule.decide(interval)
    assert (verdict is Verdict.SUPPORTED) <= all(inside)
    assert (verdict is Verdict.CONTRADICTED) <= (not any(inside))


@given(samples, numbers)
def test_the_opposite_rule_gives_the_opposite_verdict(values, margin):
    opposite = dict(zip(ORDER, reversed(ORDER), strict=True))
    interval = mean_interval(values)
    assert at_most(margin).decide(interval) is opposite[above(margin).decide(interval)]


@given(samples, numbers, st.integers(0, 20))
def test_a_stricter_margin_never_helps(values, margin, stricter):
    interval = mean_interval(values)

    def rank(rule):
        return ORDER.index(rule.decide(interval))

    assert rank(above(margin + stricter)) <= rank(above(margin))
    assert rank(below(margin - stricter)) <= rank(below(margin))
    assert rank(within(margin, margin + 1)) <= rank(within(margin - stricter, margin + 1))


@given(rules(), rules())
def test_implication_is_what_holding_everywhere_means(rule, other):
    grid = [k / 2 for k in range(-90, 91)] + [-1e9, 1e9]
    everywhere = all(other.holds(x) for x in grid if rule.holds(x))
    assert rule.implies(other) == everywhere


@pytest.mark.parametrize(
    "vacuous",
    [
        lambda: at_least(-math.inf),
        lambda: above(-math.inf),
        lambda: below(math.inf),
        lambda: above(math.inf),
        lambda: above(math.nan),
        lambda: within(-math.inf, math.inf),
        lambda: within(0, math.inf),
        lambda: within(2, 1),
    ],
)
def test_a_rule_that_cannot_fail_or_cannot_hold_is_refused(vacuous):
    with pytest.raises(ValueError, match=r"rule|between|within"):
        vacuous()


def test_seeds_needed_looks_at_the_nearest_margin():
    interval = mean_interval([0.8, 1.0, 1.2, 1.4, 0.6])
    assert within(0, 1.1).seeds_needed(interval) == at_most(1.1).seeds_needed(interval)
    assert above(1.0).seeds_needed(mean_interval([0.0, 1.0, 2.0])) is None


def test_a_figure_asks_for_the_one_margin():
    assert (below(2).margin, at_least(-0.5).margin) == (2, -0.5)
    with pytest.raises(ValueError, match="two margins"):
        _ = within(-1, 1).margin
