"""Cells and supernets compute on the device of their parameters, with their paths copied once."""

import pytest
import torch

from tests.learning.networks.one_device import OneDevice
from workflow_scripts.learning.ensemble.losses import cross_entropy
from workflow_scripts.studies.nas.cell import choices, free_edges
from workflow_scripts.studies.nas.network import CellNetwork
from workflow_scripts.studies.nas.supernet import Bilevel, Supernet

MEMBERS, BATCH, LENGTH, CHANNELS, CLASSES = 2, 6, 12, 4, 10
CELLS = [choices("cdpsnc"), choices("pcsdcn")]


def weights(built):
    """Parameters of an ensemble, on a device without numbers."""
    shapes = built.shapes().items()
    return {name: torch.empty(MEMBERS, *shape, device="meta") for name, shape in shapes}


def signals(*more):
    """Signals and their classes on that device; `more` axes after those of the batch."""
    inputs = torch.empty(MEMBERS, BATCH, *more, LENGTH, device="meta")
    return inputs, torch.empty(MEMBERS, BATCH, *more, dtype=torch.int64, device="meta")


def test_cells():
    built = CellNetwork(LENGTH, CHANNELS, CLASSES, CELLS)
    given, (inputs, targets) = weights(built), signals()
    built.logits(given, inputs)  # copies the paths
    with OneDevice() as watched:
        _, gradients = built.losses_and_gradients(given, inputs, targets, cross_entropy)
        ready = built.calibrated(given, inputs)
        built.logits(ready, inputs)
    assert {each.device.type for each in (gradients | ready).values()} == {"meta"}
    assert watched.to_host == watched.to_device == []


@pytest.mark.parametrize("order", [1, 2])
def test_supernets(order):
    edges = free_edges("cdsp", (0, 2, 5))
    built = Supernet(LENGTH, CHANNELS, CLASSES, edges, MEMBERS, Bilevel(order, 0.1, 2.0))
    given, (inputs, targets) = weights(built), signals(2)
    with OneDevice() as watched:
        _, gradients = built.losses_and_gradients(given, inputs, targets, cross_entropy)
    assert {each.device.type for each in gradients.values()} == {"meta"}
    assert watched.to_host == []
