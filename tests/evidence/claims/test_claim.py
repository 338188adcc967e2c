import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.evidence.claims.claim import (
    Claims,
    Evidence,
    Measured,
    NoData,
    Verdict,
    above,
    at_least,
    at_most,
    below,
    paired,
    per_seed,
)
from workflow_scripts.evidence.claims.judgement import SMOKE
from workflow_scripts.evidence.statistics.intervals import mean_interval, proportion_interval
from workflow_scripts.evidence.statistics.power import seeds_needed

MATCHES, FALLS_SHORT, POSITIVE = above(-0.5), below(-0.5), above(0)
NOISE = np.array([0.05, -0.1, 0.1, 0.0, -0.05, 0.02, -0.02])


def accuracies(effect, control_effect=-2.0, n=7, spread=1.0):
    """Accuracies [pp] of a dense net, a ticket and a random mask, paired by seed."""
    dense = 90 + 3 * np.sin(np.arange(n))
    noise = spread * NOISE[:n]
    arms = {"dense": dense, "ticket": dense + effect + noise, "random": dense + control_effect}
    arms["random"] = arms["random"] - noise
    return pd.concat(
        pd.DataFrame({"arm": arm, "seed": range(n), "accuracy": values})
        for arm, values in arms.items()
    )


def ticket_claims(rule=MATCHES, control_rule=FALLS_SHORT):
    claims = Claims("lottery")

    @claims.claim(
        id="matching-ticket",
        unit="pp",
        rule=rule,
        source="Frankle & Carbin 2019, Fig. 4a",
        control="random mask of the same density",
        control_rule=control_rule,
    )
    def matching_ticket(tables, cfg):
        """A small subnetwork, e.g. Frankle's, matches the dense
        network. More is said here.

        And here.
        """
        dense = per_seed(tables["levels"], "accuracy", arm="dense")
        ours, random = (
            per_seed(tables["levels"], "accuracy", arm=arm) for arm in (cfg["arm"], "random")
        )
        return Evidence(
            [Measured.from_seeds(paired(ours, dense))],
            control=[Measured.from_seeds(paired(random, dense))],
        )

    return claims


def judge(table, decides=True, **settings):
    (row,) = ticket_claims(**settings).evaluate({"levels": table}, {"arm": "ticket"}, decides)
    return row


def single(measured, rule=POSITIVE, **declared):
    """The row of a claim without control whose parts are `measured`."""
    claims = Claims("study")

    @claims.claim(id="it", unit="pp", rule=rule, source="here", **declared)
    def it(tables, cfg):
        """It holds."""
        return Evidence(measured)

    return claims.evaluate({}, {})[0]


def test_an_effect_that_is_there_is_supported():
    row = judge(accuracies(0.2))
    expected = mean_interval(0.2 + NOISE)
    assert row.verdict is Verdict.SUPPORTED
    assert (row.estimate, row.low, row.high) == pytest.approx(
        (expected.estimate, expected.low, expected.high)
    )
    assert (row.n, row.rule, row.unit) == (7, "> −0.5 pp", "pp")
    assert row.control_holds is True
    assert row.control_side.estimate == pytest.approx(-2.0)
    assert row.seeds_needed is None
    assert row.sentence == "A small subnetwork, e.g. Frankle's, matches the dense network."


def test_an_effect_that_is_not_there_is_contradicted():
    row = judge(accuracies(-1.0))
    assert row.verdict is Verdict.CONTRADICTED
    assert "wholly outside the rule > −0.5 pp" in row.reason


def test_a_reversed_effect_is_contradicted_for_a_rule_at_zero():
    assert judge(accuracies(-0.3), rule=above(0)).verdict is Verdict.CONTRADICTED


def test_an_interval_over_the_margin_says_how_many_seeds_would_decide():
    row = judge(accuracies(-0.45, spread=3.0))
    assert row.verdict is Verdict.INCONCLUSIVE
    differences = -0.45 + 3 * NOISE
    needed = seeds_needed(abs(differences.mean() + 0.5), np.std(differences, ddof=1))
    assert needed > 7
    assert row.seeds_needed == needed
    assert row.reason == f"the interval spans the margin; about {needed} seeds would decide"


@pytest.mark.parametrize("n", [1, 2])
def test_one_or_two_seeds_decide_nothing(n):
    row = judge(accuracies(5.0, n=n))
    assert row.verdict is Verdict.INCONCLUSIVE
    assert "at least 3 are needed" in row.reason
    json.dumps(row.as_dict(), allow_nan=False)


def test_pairing_decides_what_the_spread_over_seeds_would_hide():
    table = accuracies(0.2)
    ticket, dense = (table[table.arm == arm]["accuracy"] for arm in ("ticket", "dense"))
    assert np.std(ticket) > 10 * np.std(ticket - dense)
    assert judge(table, rule=above(0)).verdict is Verdict.SUPPORTED


def test_a_missing_arm_or_table_is_not_run_and_says_why():
    without = accuracies(0.2).query("arm != 'random'")
    row = judge(without)
    assert (row.verdict, row.estimate, row.n) == (Verdict.NOT_RUN, None, 0)
    assert "arm = random" in row.reason
    (row,) = ticket_claims().evaluate({}, {"arm": "ticket"})
    assert (row.verdict, row.reason) == (Verdict.NOT_RUN, "the table levels is missing")
    assert row.rule == "> −0.5 pp"
    assert row.control == "random mask of the same density"


def test_a_bug_in_a_claim_is_not_taken_for_missing_data():
    with pytest.raises(KeyError):
        ticket_claims().evaluate({"levels": accuracies(0.2)}, {})


def test_a_control_that_fails_withdraws_the_verdict_either_way():
    for effect, alone in ((0.2, "supported"), (-1.0, "contradicted")):
        row = judge(accuracies(effect, control_effect=0.1))
        assert row.verdict is Verdict.INCONCLUSIVE
        assert row.control_holds is False
        assert "random mask of the same density" in row.reason
        assert f"by itself would be {alone}" in row.reason
        assert row.seeds_needed is None


def test_a_control_that_spans_its_margin_withdraws_the_verdict_and_asks_for_seeds():
    row = judge(accuracies(0.2, control_effect=-0.53))
    assert row.verdict is Verdict.INCONCLUSIVE
    assert row.control_holds is None
    assert row.seeds_needed > 7
    assert "is not decided" in row.reason


def test_zero_variance_is_a_point():
    table = accuracies(0.0, spread=0.0).assign(accuracy=lambda t: t.accuracy.round(1))
    row = judge(table, rule=at_least(0), control_rule=below(0))
    assert row.verdict is Verdict.SUPPORTED
    assert (row.low, row.high, row.p) == (0.0, 0.0, 0.0)
    assert judge(table, rule=above(0)).verdict is Verdict.CONTRADICTED


def test_smoke_keeps_the_numbers_and_decides_nothing():
    decided, smoke = judge(accuracies(0.2)), judge(accuracies(0.2), decides=False)
    assert (smoke.verdict, smoke.reason) == (Verdict.NOT_RUN, SMOKE)
    assert (smoke.estimate, smoke.low, smoke.high) == (decided.estimate, decided.low, decided.high)
    assert smoke.control_holds is None
    assert all(part.verdict is Verdict.NOT_RUN for part in smoke.parts)


def test_all_parts_must_hold_and_the_row_shows_the_weakest():
    strong = Measured.from_seeds([2.0, 2.1, 1.9], name="early")
    weak = Measured.from_seeds([0.5, 0.9, 0.2, 0.7], name="end")
    open_ = Measured.from_seeds([0.5, -0.9, 0.8], name="open")
    wrong = Measured.from_seeds([-2.0, -2.1, -1.9], name="wrong")
    both = single([strong, weak])
    assert (both.verdict, both.part, both.n) == (Verdict.SUPPORTED, "end", 4)
    assert both.p == max(part.p for part in both.parts)
    spans = single([strong, open_])
    assert (spans.verdict, spans.part) == (Verdict.INCONCLUSIVE, "open")
    assert spans.reason.startswith("open: ")
    fails = single([strong, open_, wrong])
    assert (fails.verdict, fails.part) == (Verdict.CONTRADICTED, "wrong")
    assert fails.p == pytest.approx(3 * fails.parts[2].p)


def test_one_weak_contradiction_among_many_parts_is_corrected_for_their_number():
    slightly = Measured.from_seeds([-1.0, -1.8, -0.3, -1.2])
    assert single([slightly]).verdict is Verdict.CONTRADICTED
    strong = [Measured.from_seeds([2.0, 2.1, 1.9])] * 4
    row = single([*strong, slightly])
    assert row.verdict is Verdict.INCONCLUSIVE
    assert "number" in row.reason


def test_parts_may_bring_their_own_rule_and_unit():
    row = single(
        [
            Measured.from_seeds([-2.0, -2.1, -1.95], name="smooth", rule=at_most(-1.8), unit=""),
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


def test_five_successes_of_five_are_not_certainty():
    row = single([Measured(proportion_interval([1] * 5))], rule=above(0.5))
    assert row.verdict is Verdict.INCONCLUSIVE
    assert row.seeds_needed > 5


@given(st.lists(st.integers(-9, 9).map(float), min_size=3, max_size=8), st.integers(-9, 9))
def test_a_claim_and_its_negation_are_never_both_supported(values, margin):
    measured = [Measured.from_seeds(values)]
    claim, negation = single(measured, above(margin)), single(measured, at_most(margin))
    assert (claim.verdict is Verdict.SUPPORTED) == (negation.verdict is Verdict.CONTRADICTED)
    assert (claim.verdict is Verdict.CONTRADICTED) == (negation.verdict is Verdict.SUPPORTED)


def test_a_control_part_cannot_smuggle_in_a_rule_that_cannot_fail():
    claims = Claims("study")

    @claims.claim(id="it", unit="pp", rule=above(0), source="s", control="c", control_rule=below(0))
    def it(tables, cfg):
        """It holds."""
        ours = Measured.from_seeds([1.0, 1.1, 1.2])
        return Evidence([ours], control=[Measured(ours.interval, rule=above(-1))])

    with pytest.raises(ValueError, match="never fails where the claim's rule"):
        claims.evaluate({}, {})


def test_evidence_must_fit_the_declaration():
    with pytest.raises(ValueError, match="no measured part"):
        single([])
    with pytest.raises(ValueError, match="declares a control"):
        single([Measured.exact(1.0)], control="declared", control_rule=below(0))


def test_no_data_inside_a_claim_function_is_not_run():
    claims = Claims("study")

    @claims.claim(id="it", unit="", rule=above(0), source="s")
    def it(tables, cfg):
        """It holds."""
        raise NoData("the widest network was not trained")

    assert claims.evaluate({}, {})[0].reason == "the widest network was not trained"
