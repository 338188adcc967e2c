from tests.studies.connectivity.connectivity_example import EXAMPLE, branches, tables
from workflow_scripts.evidence.claims.row import Verdict


def test_the_barrier_is_judged_on_both_sets():
    made = tables()
    paths = made["paths"]
    paths.loc[(paths.kind == "line") & (paths.split == "train"), "loss_barrier"] = 0.1
    assert EXAMPLE.judge(made)["line-barrier"].verdict is Verdict.CONTRADICTED


def test_copies_are_judged_where_they_part_last():
    """The claim holds although copies that part earlier are not connected."""
    world = branches(resnet={20: 50.0})
    assert EXAMPLE.judged(world)["same-basin"].verdict is Verdict.SUPPORTED
