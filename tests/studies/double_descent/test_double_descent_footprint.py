"""The memory of a group of networks, from the settings of the network of width one."""

import pytest

from workflow_scripts.learning.memory import built, drawn, trained
from workflow_scripts.operation.plan.work import memory_of_job
from workflow_scripts.studies.double_descent.widened import widened

KEY = "double_descent.networks"
TRAINING = {"optimiser": {"kind": "adam"}, "batch_size": 8, "steps": 3}
NETWORKS = {
    "mnist-1d": {"kind": "mlp", "sizes": [40, 1, 1, 10]},
    "cifar-10": {
        "kind": "residual", "input": [3, 32, 32], "channels": [1, 2], "blocks": 1, "classes": 10,
    },
}  # fmt: skip


@pytest.mark.parametrize(("group", "members", "copies"), [("6", 4, 4), ("2-6", 8, 5)])
@pytest.mark.parametrize("dataset", NETWORKS)
def test_a_group_holds_networks_as_wide_as_its_widest(dataset, group, members, copies):
    """For two seeds and two levels of noise; a fifth copy of the weights are masks."""
    sample = {"dataset": dataset, "train": 300, "validation": 100, "test": 200}
    network = NETWORKS[dataset]
    cfg = {"sample": sample, "network": network, "noise": [0, 0.2], "training": TRAINING}
    given = {f"{KEY}.{name}": value for name, value in cfg.items()}
    found = memory_of_job("double_descent_networks", given, {"seeds": "0-1", "group": group})
    wide = widened(network, 6)
    assert found == trained(built(wide), TRAINING, members, copies=copies) + drawn(sample, 2, wide)
