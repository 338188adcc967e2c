"""A claim is judged at its looks, on prefixes of its seeds, at the level that they share."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tests.evidence.claims.worlds import NO_CONTROL, accuracies, batches, judge, seeds_in
from workflow_scripts.evidence.claims.claim import (
    Claims,
    Evidence,
    Measured,
    Verdict,
    above,
    per_seed,
)
from workflow_scripts.evidence.claims.row import DECIDED
from workflow_scripts.evidence.statistics.looks import ALPHA_OF_A_CLAIM, FREE, LOOKS, level
from workflow_scripts.evidence.statistics.power import Effect, Share

ROUNDS = 6000


def gain_claims(looks=LOOKS):
    claims = Claims("lottery")

    @claims.claim(id="gain", unit="pp", rule=above(0), source="s", looks=looks, **NO_CONTROL)
    def gain(tables, cfg):
        """There is a gain."""
        return Evidence([Measured.from_seeds(per_seed(tables["gains"], "gain"))])

    return claims


def judged(values, looks=LOOKS):
    n = len(values)
    table = pd.DataFrame({"seed": range(100, 100 + n), "gain": values})
    (row,) = gain_claims(looks).evaluate({"gains": table}, seeds_in(batches(n)))
    return row


def decided_share(effect, looks):
    """How often the looks decide, simulated with the t-statistic of each prefix."""
    draws = np.random.default_rng(5).normal(effect, 1.0, size=(40 * ROUNDS // looks[-1], looks[-1]))
    alpha, decided = level(looks), np.zeros(len(draws), dtype=bool)
    for look in looks:
        decided |= stats.ttest_1samp(draws[:, :look], 0.0, axis=1).pvalue < alpha
    return decided.mean(), math.sqrt(decided.mean() * (1 - decided.mean()) / len(draws))


@pytest.mark.parametrize("looks", [LOOKS, FREE], ids=str)
def test_the_looks_together_have_the_level_of_a_claim(looks):
    share, error = decided_share(0.0, looks)
    assert share == pytest.approx(ALPHA_OF_A_CLAIM, abs=4 * error)


def test_the_rule_of_the_simulation_is_that_of_the_claims():
    random = np.random.default_rng(1)
    for effect in (0.0, 0.6, 1.5):
        values = random.normal(effect, 1.0, size=20)
        looks = [n for n in LOOKS if stats.ttest_1samp(values[:n], 0.0).pvalue < level(LOOKS)]
        row = judged(values)
        assert (row.verdict in DECIDED) == bool(looks)
        assert row.look == (looks[0] if looks else 20)


@pytest.mark.parametrize("effect", [0.8, 1.0, 1.4])
def test_the_planned_power_is_that_of_the_last_look_alone_or_more(effect):
    planned = Effect(effect).power(20, level(LOOKS))
    share, error = decided_share(effect, LOOKS)
    assert planned - 4 * error <= share <= planned + 0.06


def test_the_planned_power_of_a_share_is_that_of_its_binomial():
    planned = Share(0.95).power(10, level(LOOKS))
    assert planned == pytest.approx(0.95**10)  # only 10 of 10 clear one half
    assert Share(0.05).power(10, level(LOOKS)) == pytest.approx(planned)
    assert Share(0.5).power(20, level(LOOKS)) == 0.0


@pytest.mark.thorough
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.7, 2.0]))
def test_what_an_earlier_look_decided_more_seeds_do_not_change(draw, effect):
    values = np.random.default_rng(draw).normal(effect, 1.0, size=20)
    for n in (5, 10):
        before, after = judged(values[:n]), judged(values)
        if before.verdict in DECIDED:
            assert (after.verdict, after.estimate, after.low) == (
                before.verdict,
                before.estimate,
                before.low,
            )
        else:
            assert before.next_look in (10, 20)


def test_seeds_between_looks_wait_for_the_next():
    values = np.r_[[1.0, -1.0, 0.5, -0.6, 0.2], [50.0, 51.0]]
    row = judged(values)
    assert (row.verdict, row.look, row.next_look) == (Verdict.UNDECIDED, 5, 10)


def test_after_the_last_look_a_claim_stays_undecided():
    row = judged(np.tile([1.0, -1.0], 10) + np.linspace(0, 0.1, 20))
    assert (row.verdict, row.look, row.next_look) == (Verdict.UNDECIDED, 20, None)
    assert row.reason.startswith("after the last look, at 20 seeds: ")


def test_a_control_that_fails_at_first_may_hold_at_a_later_look():
    table = accuracies(0.2, n=10)
    early = (table.arm == "random") & (table.seed < 105)
    table.loc[early, "accuracy"] += 1.9  # on the wrong side of its margin
    first, both = judge(table[table.seed < 105]), judge(table)
    assert first.verdict is Verdict.CONTROL_FAILED
    assert first.next_look == 10
    assert both.look == 10


@pytest.mark.parametrize("looks", [(), (10, 5), (5, 5), (2, 5), (5, 10, 20, 40, 80)], ids=str)
def test_looks_that_mean_nothing_are_refused(looks):
    with pytest.raises(ValueError, match="looks"):
        gain_claims(looks)
