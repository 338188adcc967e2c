from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import kendalltau
from sharpness_example import ARMS, CFG, SEEDS, tables

from workflow_scripts.core.artifacts.atomic import read_json
from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.evidence.claims.claim import NoData, Verdict
from workflow_scripts.studies.sharpness import claims as study
from workflow_scripts.studies.sharpness.claims import claims
from workflow_scripts.studies.sharpness.minima import Minima

IDS = [claim.id for claim in claims]
PLAIN, SAM = "medium", "sam 0.1 0.1"
# claim: a world in which the opposite is true, while its control behaves
REVERSED = {
    "large-batch-sharp": {"large": (5.0, 79.0, 79.0)},
    "large-batch-generalises-worse": {"signals-large 0.001 0": (9.0, None, 71.0)},
    "flat-generalises": {
        f"{arm} {rate:g} {radius:g}": (1 / top, there, end)
        for (arm, _, rate, radius), (top, there, end) in ARMS.items()
        if there is not None
    },
    "dinh": {"rescaled": 1e3},
    "sam": {SAM: (9.0, 82.0, 82.0)},
    "robust-to-noise": {"small": (40.0, 81.0, 81.0)},
    "warm-up": {"warm-up 0.8 0": (4.0, 79.0, 79.0)},
}
# claim: worlds in which its control fails
CONTROL_FAILS = {
    "large-batch-generalises-worse": [{"signals-large-steps": (9.0, None, 66.0)}],
    "dinh": [{"adaptive": 1.5}],
    "sam": [{"random": (2.0, 80.0, 80.0)}, {"twin": 1e-7}],
    "warm-up": [
        {"warm-up 0.05 0": (5.0, 79.5, 79.5)},
        {"warm-up 0.05 0": (12.0, 82.5, 82.5)},
    ],
}


def judged(**changed):
    return {row.claim: row for row in claims.evaluate(tables(**changed), CFG)}


def test_all_are_there():
    assert IDS == [
        "large-batch-sharp",
        "large-batch-generalises-worse",
        "flat-generalises",
        "dinh",
        "sam",
        "robust-to-noise",
        "warm-up",
    ]


@pytest.mark.parametrize("claim", IDS)
def test_supported_where_it_is_true(claim):
    assert judged()[claim].verdict is Verdict.SUPPORTED


@pytest.mark.parametrize("claim", IDS)
def test_contradicted_where_the_opposite_is(claim):
    assert judged(**REVERSED[claim])[claim].verdict is Verdict.CONTRADICTED


@pytest.mark.parametrize("claim", sorted(set(IDS) - {"dinh"}))
def test_open_where_seeds_differ_by_more_than_any_effect(claim):
    assert judged(noise=30.0)[claim].verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("claim", "world"), [(claim, w) for claim, worlds in CONTROL_FAILS.items() for w in worlds]
)
def test_open_where_the_control_fails(claim, world):
    row = judged(**world)[claim]
    assert row.verdict is Verdict.INCONCLUSIVE
    assert "control" in row.reason


def test_every_control_is_made_to_fail():
    assert set(CONTROL_FAILS) == {claim.id for claim in claims if claim.control}


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


def test_the_step_writes_what_the_tables_say(tmp_path):
    given = {}
    for name, table in tables().items():
        given[name] = str(tmp_path / f"{name}.csv")
        write_table(table, given[name])
    output = tmp_path / "claims.json"
    study.main(
        SimpleNamespace(
            params=SimpleNamespace(cfg=CFG),
            input=given,
            output=SimpleNamespace(claims=output),
        )
    )
    written = read_json(output)
    assert [row["claim"] for row in written["claims"]] == IDS
    assert {row["verdict"] for row in written["claims"]} == {"supported"}
