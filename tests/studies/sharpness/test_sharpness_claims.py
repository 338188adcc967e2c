import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau

from tests.studies.sharpness.sharpness_example import CFG, EXAMPLE, FLAT, SAM, SEEDS, tables
from workflow_scripts.evidence.claims.claim import NoData, above, below, within
from workflow_scripts.evidence.claims.row import Verdict
from workflow_scripts.studies.sharpness.minima import ONE_RATE, Minima, counted
from workflow_scripts.studies.sharpness.ranks import (
    SHUFFLES,
    kendall,
    permutations,
    permuted_correlation,
    rank_correlation,
)


def judged(**changed):
    return EXAMPLE.judged(changed)


def lost(*named):
    return [(arm, seed) for arm, number in named for seed in list(SEEDS)[-number:]]


def exhibits(**changed):
    rows = EXAMPLE.claims.exhibited(tables(**changed), CFG)
    return {row["claim"]: row for row in rows}


def test_a_network_that_never_reached_the_loss_counts_against_the_claim():
    minima = Minima(tables(lost=lost(("large", 2), ("small", 1))))
    ratios = minima.ratio("top", {"arm": "large"}, {"arm": "small"}, above(1.5))
    assert ratios.index.tolist() == list(SEEDS)
    assert ratios.to_numpy()[-2:].tolist() == [ratios.min()] * 2
    assert judged(lost=lost(("large", 4)))["large-batch-sharp"].verdict is Verdict.SUPPORTED


def test_an_arm_that_lost_more_than_one_in_five_is_not_judged():
    gone = {"lost": lost(("large", 19))}
    rows = judged(**gone)
    for claim in ("large-batch-sharp", "robust-to-noise", *FLAT):
        assert rows[claim].verdict is Verdict.UNDECIDED
        assert "no finite value at seeds" in rows[claim].reason
    assert rows["sam"].verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(("rule", "worst"), [(above(1), 0.5), (below(1), 4.0), (within(1, 3), 4.0)])
def test_lost_seeds_get_the_least_favourable_value(rule, worst):
    values = pd.Series([0.5, 2, 4, np.nan, 1.5], index=range(5))
    gone = values.isna()
    assert counted(values, rule, gone)[3] == worst
    assert np.isnan(counted(values, rule, gone | (values == 2))[3])
    assert counted(values[:3], rule, gone[:3]).equals(values[:3])


def test_a_number_that_is_missing_though_the_loss_was_reached_leaves_the_claim_open():
    made = tables()
    one = (made["minima"].arm == "large") & (made["minima"].seed == 101)
    made["minima"].loc[one, ["top", "trace"]] = np.nan
    row = EXAMPLE.judge(made)["large-batch-sharp"]
    assert row.verdict is Verdict.UNDECIDED
    assert "[101]" in row.reason


@pytest.mark.parametrize("claim", FLAT)
def test_ranks_are_correlated_within_a_seed_and_at_one_rate(claim):
    made = tables(noise=0.5)
    found = Minima(made).rank_correlation("top")
    rows = made["minima"]
    for seed in SEEDS:
        part = rows[(rows.seed == seed) & (rows.place == "target") & rows.arm.isin(ONE_RATE)]
        assert len(part) == 6
        expected = kendalltau(part["top"], part.test_error).statistic
        assert found[seed] == pytest.approx(expected)
    part = EXAMPLE.claims[claim]
    assert part.control_rule.high < 1


def test_kendalls_tau_is_that_of_scipy_with_ties_and_in_batches():
    random = np.random.default_rng(0)
    first, others = random.integers(0, 4, 8).astype(float), random.integers(0, 4, (20, 8))
    found = kendall(first, others.astype(float))
    expected = [kendalltau(first, other).statistic for other in others]
    np.testing.assert_allclose(found, expected)
    assert np.isnan(kendall(first, np.ones(8)))


def frame(top, error, reached=None):
    reached = [True] * len(top) if reached is None else reached
    return pd.DataFrame({"seed": 7, "top": top, "test_error": error, "reached": reached})


def test_lost_networks_are_ranked_wrongly():
    assert rank_correlation(frame([1, 2, 3], [1, 2, 3]), "top", "test_error") == 1
    nothing = [False, True, True]
    part = frame([np.nan, 2, 3], [np.nan, 2, 3], nothing)
    assert rank_correlation(part, "top", "test_error") == pytest.approx((1 - 2) / 3)
    assert rank_correlation(frame([1, 2], [1, 2], [False] * 2), "top", "test_error") == -1
    assert np.isnan(rank_correlation(frame([1, np.nan], [1, 2]), "top", "test_error"))
    assert np.isnan(rank_correlation(frame([1], [1]), "top", "test_error"))


def test_permuted_errors_are_those_of_the_same_networks():
    top, error = np.arange(6.0), np.array([3.0, 1, 2, 0, 5, 4])
    found = permuted_correlation(frame(top, error), "top", "test_error")
    expected = [kendalltau(top, error[order]).statistic for order in permutations(7, 6)]
    assert found == pytest.approx(np.mean(expected))
    assert len(expected) == SHUFFLES
    assert {tuple(sorted(order)) for order in permutations(8, 6)} == {tuple(range(6))}
    assert not np.array_equal(permutations(7, 6), permutations(8, 6))


def test_ratios_are_of_a_seed_and_accuracies_means_of_copies():
    minima = Minima(tables())
    ratios = minima.ratio("top", {"arm": "large"}, {"arm": "small"}, above(1))
    assert ratios.index.tolist() == list(SEEDS)
    np.testing.assert_allclose(ratios, 4.0, rtol=0.2)
    rows = minima.last[(minima.last.arm == "signals-small") & (minima.last.seed == 103)]
    assert len(rows) == 2
    found = minima.accuracy(arm="signals-small")
    assert found[103] == pytest.approx(100 - rows.test_error.mean())
    with pytest.raises(NoData, match="nothing was trained"):
        minima.accuracy(arm="none")
    with pytest.raises(ValueError, match="more than one network"):
        minima.accuracy(arm="sam")
    one = Minima(tables(diverged=[("signals-small", 103)])).accuracy(arm="signals-small")
    assert one.isna().sum() == 1


def test_both_halves_of_sam_count():
    assert judged(**{SAM: (3.0, 82.0, 79.0)})["sam"].verdict is Verdict.CONTRADICTED


def test_outputs_that_move_are_no_rescaling():
    assert exhibits()["dinh"]["holds"]
    for changed in ({"difference": 1e-3}, {"adaptive": 1e-3}, {"rescaled": 1e3}):
        assert exhibits(**changed)["dinh"]["holds"] is False


def test_counts_are_shown_without_a_verdict():
    shown = exhibits()
    gaps = [part["value"] for part in shown["gap-explained"]["parts"]]
    np.testing.assert_allclose(gaps, [3, 2, -0.1], atol=0.1)
    increases = [part["value"] for part in shown["noise-beyond-curvature"]["parts"]]
    assert increases == pytest.approx([1, 1])
