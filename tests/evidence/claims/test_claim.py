"""A claim's verdict follows from the evidence of one look."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evidence.claims.worlds import (
    NO_CONTROL,
    accuracies,
    batches,
    judge,
    seeds_in,
    single,
    ticket_claims,
)
from workflow_scripts.evidence.claims.claim import (
    Claims,
    Evidence,
    Measured,
    NoData,
    Verdict,
    above,
    at_most,
    below,
    paired,
    per_seed,
)
from workflow_scripts.evidence.claims.judgement import SMOKE
from workflow_scripts.evidence.statistics.intervals import mean_interval, proportion_interval
from workflow_scripts.evidence.statistics.power import seeds_needed

ALPHA = 0.0036


def difference(table, arm):
    values = (per_seed(table, "accuracy", arm=each) for each in (arm, "dense"))
    return paired(*values)


def test_an_effect_that_is_there_is_supported_and_the_interval_is_the_one_that_decides():
    table = accuracies(0.2)
    row = judge(table)
    expected = mean_interval(difference(table, "ticket")).at(ALPHA)
    assert row.verdict is Verdict.SUPPORTED
    assert (row.estimate, row.low, row.high) == pytest.approx(
        (expected.estimate, expected.low, expected.high)
    )
    assert (row.n, row.look, row.alpha, row.rule, row.unit) == (5, 5, ALPHA, "> −0.5 pp", "pp")
    assert row.control_holds is True
    assert row.control_side.estimate == pytest.approx(-2.0, abs=0.1)
    assert row.seeds_needed is row.next_look is None
    assert row.sentence == "A small subnetwork, e.g. Frankle's, matches the dense network."


def test_an_effect_that_is_not_there_is_contradicted():
    row = judge(accuracies(-1.0))
    assert row.verdict is Verdict.CONTRADICTED
    assert "wholly outside the rule > −0.5 pp" in row.reason


def test_a_reversed_effect_is_contradicted_for_a_rule_at_zero():
    assert judge(accuracies(-0.3), rule=above(0)).verdict is Verdict.CONTRADICTED


def test_an_interval_over_the_margin_says_how_many_seeds_would_decide():
    table = accuracies(-0.45, spread=0.2)
    row = judge(table)
    assert row.verdict is Verdict.UNDECIDED
    differences = difference(table, "ticket")
    needed = seeds_needed(abs(differences.mean() + 0.5), np.std(differences, ddof=1), alpha=ALPHA)
    assert needed > 5
    assert row.seeds_needed == needed
    assert row.reason == f"the interval spans the margin; about {needed} seeds would decide"
    assert row.next_look == 10


@pytest.mark.parametrize("n", [1, 2, 4])
def test_fewer_seeds_than_the_first_look_decide_nothing(n):
    row = judge(accuracies(5.0, n=n))
    assert row.verdict is Verdict.UNDECIDED
    assert "the first look has 5" in row.reason
    assert row.estimate == pytest.approx(5.0, abs=0.2)
    json.dumps(row.as_dict(), allow_nan=False)


def test_pairing_decides_what_the_spread_over_seeds_would_hide():
    table = accuracies(0.2)
    ticket, dense = (table[table.arm == arm]["accuracy"] for arm in ("ticket", "dense"))
    assert np.std(ticket) > 10 * np.std(ticket.to_numpy() - dense.to_numpy())
    assert judge(table, rule=above(0)).verdict is Verdict.SUPPORTED


def test_a_missing_arm_or_table_is_not_run_and_says_why():
    row = judge(accuracies(0.2).query("arm != 'random'"))
    assert (row.verdict, row.estimate, row.n) == (Verdict.NOT_RUN, None, 0)
    assert "arm = random" in row.reason
    (row,) = ticket_claims().evaluate({}, seeds_in(batches(5)))
    assert (row.verdict, row.reason) == (Verdict.NOT_RUN, "the table levels is missing")
    assert row.rule == "> −0.5 pp"
    assert row.control == "random mask of the same density"


def test_a_bug_in_a_claim_is_not_taken_for_missing_data():
    cfg = {key: value for key, value in seeds_in(batches(5)).items() if key != "arm"}
    with pytest.raises(KeyError):
        ticket_claims().evaluate({"levels": accuracies(0.2)}, cfg)


@pytest.mark.parametrize(("effect", "alone"), [(0.2, "supported"), (-1.0, "contradicted")])
def test_a_control_that_fails_withdraws_the_verdict_either_way(effect, alone):
    row = judge(accuracies(effect, control_effect=0.1))
    assert row.verdict is Verdict.CONTROL_FAILED
    assert row.control_holds is False
    assert "random mask of the same density" in row.reason
    assert f"by itself would be {alone}" in row.reason
    assert row.seeds_needed is None


def test_a_control_that_spans_its_margin_withdraws_the_verdict_and_asks_for_seeds():
    row = judge(accuracies(0.2, control_effect=-0.53, spread=0.1))
    assert row.verdict is Verdict.UNDECIDED
    assert row.control_holds is None
    assert row.seeds_needed > 5
    assert "is not decided" in row.reason


def test_identical_arms_decide_nothing():
    row = judge(accuracies(0.0, spread=0.0), rule=above(-1), control_rule=below(-1))
    assert row.verdict is Verdict.UNDECIDED
    assert (row.low, row.high) == (0.0, 0.0)
    assert "all 5 seeds have exactly the same value" in row.reason


def test_smoke_keeps_the_numbers_and_decides_nothing():
    decided, smoke = judge(accuracies(0.2)), judge(accuracies(0.2), decides=False)
    assert (smoke.verdict, smoke.reason) == (Verdict.NOT_RUN, SMOKE)
    assert (smoke.estimate, smoke.low, smoke.high) == (decided.estimate, decided.low, decided.high)
    assert smoke.control_holds is None
    assert all(part.verdict is Verdict.NOT_RUN for part in smoke.parts)


def test_what_a_scale_cannot_decide_is_shown_without_a_verdict():
    row = judge(accuracies(0.2), scales=("paper",))
    assert row.verdict is Verdict.NOT_AT_SCALE
    assert "the scale laptop is too small for what is claimed: paper can decide it" in row.reason
    assert row.estimate is not None
    assert judge(accuracies(0.2), scales=("laptop", "paper")).verdict is Verdict.SUPPORTED


STRONG = Measured.from_seeds([2.0, 2.1, 1.9, 2.05, 1.95], name="early")
WEAK = Measured.from_seeds([0.5, 0.9, 0.4, 0.7, 0.6], name="end")
OPEN = Measured.from_seeds([0.5, -0.9, 0.8, 0.1, -0.2], name="open")
WRONG = Measured.from_seeds([-2.0, -2.1, -1.9, -2.2, -1.8], name="wrong")


def test_all_parts_must_hold_and_the_row_shows_the_weakest():
    both = single([STRONG, WEAK])
    assert (both.verdict, both.part, both.n) == (Verdict.SUPPORTED, "end", 5)
    assert both.p == max(part.p for part in both.parts)
    spans = single([STRONG, OPEN])
    assert (spans.verdict, spans.part) == (Verdict.UNDECIDED, "open")
    assert spans.reason.startswith("open: ")
    fails = single([STRONG, OPEN, WRONG])
    assert (fails.verdict, fails.part) == (Verdict.CONTRADICTED, "wrong")
    assert fails.p == pytest.approx(3 * fails.parts[2].p)


def test_one_weak_contradiction_among_many_parts_is_corrected_for_their_number():
    slightly = Measured.from_seeds([-1.0, -1.5, -0.6, -1.2, -0.9])
    assert single([slightly]).verdict is Verdict.CONTRADICTED
    row = single([*[STRONG] * 9, slightly])
    assert row.verdict is Verdict.UNDECIDED
    assert "number" in row.reason


def test_parts_may_bring_their_own_rule_and_unit():
    row = single(
        [
            Measured.from_seeds(
                [-2.0, -2.01, -1.99, -2.02, -1.98], name="smooth", rule=at_most(-1.8), unit=""
            ),
            Measured.exact(-1.0, name="kinked", rule=at_most(-0.8), unit="decades"),
        ],
        rule=at_most(0),
    )
    assert row.verdict is Verdict.SUPPORTED
    assert (row.part, row.rule) == ("smooth", "≤ −1.8 pp")
    assert row.parts[1].rule == "≤ −0.8 decades"
    assert row.margin == (-1.8,)


def test_an_exact_number_needs_no_seeds():
    row = single([Measured.exact(3e-13)], rule=below(1e-12))
    assert (row.verdict, row.n, row.p) == (Verdict.SUPPORTED, 1, 0.0)
    assert single([Measured.exact(2e-12)], rule=below(1e-12)).verdict is Verdict.CONTRADICTED


def test_five_successes_of_five_are_not_certainty_and_ten_of_ten_clear_one_half():
    row = single([Measured(proportion_interval([1] * 5))], rule=above(0.5))
    assert row.verdict is Verdict.UNDECIDED
    assert row.seeds_needed > 5
    ten = Measured(proportion_interval([1] * 10))
    assert single([ten], rule=above(0.5), n=10, looks=(10, 20)).verdict is Verdict.SUPPORTED


@given(st.lists(st.integers(-9, 9).map(float), min_size=5, max_size=5), st.integers(-9, 9))
def test_a_claim_and_its_negation_are_never_both_supported(values, margin):
    measured = [Measured.from_seeds(values)]
    claim, negation = single(measured, above(margin)), single(measured, at_most(margin))
    assert (claim.verdict is Verdict.SUPPORTED) == (negation.verdict is Verdict.CONTRADICTED)
    assert (claim.verdict is Verdict.CONTRADICTED) == (negation.verdict is Verdict.SUPPORTED)


def test_a_control_part_cannot_smuggle_in_a_rule_that_cannot_fail():
    claims = Claims("lottery")

    @claims.claim(id="it", unit="pp", rule=above(0), source="s", control="c", control_rule=below(0))
    def it(tables, cfg):
        """It holds."""
        return Evidence([STRONG], control=[Measured(STRONG.interval, rule=above(-1))])

    with pytest.raises(ValueError, match="never fails where the claim's rule"):
        claims.evaluate({}, seeds_in(batches(5)))


def test_evidence_must_fit_the_declaration():
    with pytest.raises(ValueError, match="no measured part"):
        single([])
    with pytest.raises(ValueError, match="declares a control"):
        single([Measured.exact(1.0)], control="declared", control_rule=below(0))


def test_no_data_inside_a_claim_function_is_not_run():
    claims = Claims("lottery")

    @claims.claim(id="it", unit="", rule=above(0), source="s", **NO_CONTROL)
    def it(tables, cfg):
        """It holds."""
        raise NoData("the widest network was not trained")

    (row,) = claims.evaluate({}, seeds_in(batches(5)))
    assert row.reason == "the widest network was not trained"
