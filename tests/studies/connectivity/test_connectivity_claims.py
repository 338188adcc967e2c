import numpy as np
import pytest

from tests.studies.connectivity.connectivity_example import (
    CFG,
    EXAMPLE,
    SEEDS,
    WORLD,
    branches,
    tables,
)
from workflow_scripts.evidence.claims.row import Verdict
from workflow_scripts.studies.connectivity.claims import greedy_soups, swa_sharpness
from workflow_scripts.studies.connectivity.measures import removed


def test_the_barrier_is_judged_on_both_sets():
    made = tables()
    paths = made["paths"]
    paths.loc[(paths.kind == "line") & (paths.split == "train"), "loss_barrier"] = 0.1 + 0.001 * (
        paths.seed
    )
    assert EXAMPLE.judge(made)["line-barrier"].verdict is Verdict.CONTRADICTED


def test_copies_are_judged_where_they_part_last():
    """The claim holds although copies that part earlier are not connected."""
    world = branches(resnet={20: 50.0})
    assert EXAMPLE.judged(world)["same-basin"].verdict is Verdict.SUPPORTED


def test_barriers_of_another_network_do_not_matter_for_the_unstable_one():
    world = branches(mlp={500: 50.0})
    assert EXAMPLE.judged(world)["same-basin"].verdict is Verdict.SUPPORTED


def test_shares_removed_are_those_of_each_pair_and_width():
    shares = removed(tables(spread=0.0), "matched")
    assert shares.index.tolist() == list(SEEDS)
    expected = [100 * share for share in WORLD["removed"].values()]
    np.testing.assert_allclose(shares.to_numpy(), [expected] * len(SEEDS))


def test_sharpness_beside_the_rivals_is_a_geometric_mean():
    shown = swa_sharpness(tables(spread=0.0, flatter=0.25), CFG)
    assert [each.value for each in shown] == pytest.approx([0.5, 0.5])


def test_greedy_soups_of_one_copy_are_counted():
    made = tables()
    soups = made["soups"]
    soups.loc[(soups.soup == "greedy") & (soups.seed < SEEDS[5]), "number"] = 1
    (shown,) = greedy_soups(made, CFG)
    assert shown.value == 75.0
