"""Networks of any width, and those of which there is no width one."""

import pytest

from workflow_scripts.learning.networks.settings import network
from workflow_scripts.studies.double_descent.widened import widened

MLP = {"kind": "mlp", "sizes": [40, 1, 1, 10]}
RESIDUAL = {
    "kind": "residual", "input": [3, 32, 32], "channels": [1, 2, 4, 8], "blocks": 2, "classes": 10,
}  # fmt: skip


def test_a_width_multiplies_hidden_units_only():
    assert widened(MLP, 16) == {"kind": "mlp", "sizes": [40, 16, 16, 10]}
    assert widened(MLP, 1) == MLP


def test_a_width_multiplies_the_channels_of_all_stages():
    assert widened(RESIDUAL, 64) == RESIDUAL | {"channels": [64, 128, 256, 512]}
    assert widened(RESIDUAL, 1) == RESIDUAL


def test_residual_networks_of_all_widths_have_the_same_parameters_in_name():
    shapes = [network(widened(RESIDUAL, width)).shapes() for width in (1, 3, 64)]
    assert shapes[0].keys() == shapes[1].keys() == shapes[2].keys()


@pytest.mark.parametrize("width", [1, 64])
def test_the_widest_of_the_paper_is_resnet_18(width):
    """Stem, four stages of two blocks with three shortcuts, a linear layer, counted by hand."""
    k = width
    convolutions = 27 * k + 9 * (4 * k**2)  # stem and the first stage
    for before, after in ((k, 2 * k), (2 * k, 4 * k), (4 * k, 8 * k)):
        convolutions += 9 * (before * after + 3 * after**2) + before * after
    normalised = k + 4 * k + 5 * (2 * k + 4 * k + 8 * k)
    linear = 10 * 8 * k + 10
    built = network(widened(RESIDUAL, width))
    numbers = sum(tensor[0].numel() for tensor in built.initialise([0]).values())
    assert numbers == convolutions + 2 * normalised + linear
    assert width == 1 or numbers == 11_173_962  # as published implementations for CIFAR-10 have
