import numpy as np
import pytest
from scipy.stats import kendalltau

from tests.studies.sharpness.sharpness_example import EXAMPLE, SAM, SEEDS, tables
from workflow_scripts.evidence.claims.claim import NoData
from workflow_scripts.evidence.claims.row import Verdict
from workflow_scripts.studies.sharpness.minima import Minima


def judged(**changed):
    return EXAMPLE.judged(changed)


def test_outputs_that_move_are_no_rescaling():
    assert judged(difference=1e-3)["dinh"].verdict is Verdict.CONTRADICTED


def test_both_halves_of_sam_count():
    assert judged(**{SAM: (3.0, 82.0, 79.0)})["sam"].verdict is Verdict.CONTRADICTED


def test_a_network_that_never_reached_the_loss_is_left_out_with_its_pair():
    row = judged(lost=[("large", 0), ("small", 1)])["large-batch-sharp"]
    assert row.n == len(SEEDS) - 2
    assert row.verdict is Verdict.SUPPORTED
    gone = judged(lost=[("large", seed) for seed in SEEDS])["large-batch-sharp"]
    assert gone.verdict is Verdict.NOT_RUN


def test_warm_up_is_judged_at_the_highest_rate_that_is_stable_both_ways():
    opposite = {"warm-up 0.4 0": (20.0, 79.0, 79.0)}
    assert judged(**opposite)["warm-up"].verdict is Verdict.SUPPORTED
    for arm in ("rates", "warm-up"):
        row = judged(lost=[(f"{arm} 0.8 0", 2)], **opposite)["warm-up"]
        assert row.verdict is Verdict.CONTRADICTED
    lost = [(f"rates {rate} 0", 0) for rate in (0.4, 0.8)]
    assert judged(lost=lost)["warm-up"].verdict is Verdict.NOT_RUN


def test_ranks_are_correlated_within_a_seed():
    made = tables(noise=0.5)
    minima = Minima(made)
    found = minima.rank_correlation("top")
    rows = made["minima"]
    for seed in SEEDS:
        part = rows[(rows.seed == seed) & (rows.place == "target")]
        part = part[~((part.arm == "sam") & (part.radius == 0))]
        assert len(part) == 11
        expected = kendalltau(part["top"], part.test_error).statistic
        assert found[seed] == pytest.approx(expected)


def test_ratios_are_of_a_seed():
    ratios = Minima(tables()).ratio("top", {"arm": "large"}, {"arm": "small"})
    assert ratios.index.tolist() == list(SEEDS)
    np.testing.assert_allclose(ratios, 4.0, rtol=0.2)
    with pytest.raises(NoData, match="nothing was trained"):
        Minima(tables()).ends(arm="none")
