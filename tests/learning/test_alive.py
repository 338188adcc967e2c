"""Bytes that are alive at once, counted from shapes."""

import torch

from workflow_scripts.learning import alive
from workflow_scripts.learning.alive import Alive, most_alive
from workflow_scripts.learning.networks.settings import network

FLOAT = 4
META = {"device": "meta"}


def test_what_is_freed_counts_no_more():
    def compute():
        for _ in range(5):
            torch.empty(100, **META) + 1  # two at a time

    assert most_alive(compute) == 2 * 100 * FLOAT


def test_views_and_what_was_there_before_count_nothing():
    before = torch.empty(100, **META)

    def compute():
        return before.view(10, 10).t(), before.mul_(2)

    assert most_alive(compute) == 0


def test_what_autograd_keeps_counts_until_the_backward_pass():
    leaf = torch.empty(100, requires_grad=True, **META)
    with Alive() as counted:
        out = leaf.exp().sin().exp()  # of these the first is kept, and the last
        held = counted.now
        out.sum().backward()
        del out
    assert held == 2 * 100 * FLOAT
    assert counted.now == 100 * FLOAT  # the gradient
    assert counted.most > held


def test_a_step_of_a_perceptron_is_counted_exactly():
    """Hidden units, logits and their gradient, and the gradients of all weights."""
    small = network({"kind": "mlp", "sizes": [8, 5, 3]})
    grows = [alive.step(small, 1, batch, tokens=False) for batch in (100, 200, 300)]
    assert grows[2] - grows[1] == grows[1] - grows[0] >= 100 * (5 + 2 * 3) * FLOAT
    assert alive.step(small, 4, 100, tokens=False) == 4 * grows[0]


def test_real_tensors_are_counted_as_those_without_numbers():
    small = network({"kind": "mlp", "sizes": [8, 5, 3]})
    given, shown = small.initialise([0]), torch.zeros(1, 50, 8)
    with torch.no_grad():
        real = most_alive(lambda: small.logits(given, shown))
    assert real == alive.logits(small, 1, 50, tokens=False)


def test_only_residual_networks_have_statistics_of_normalisation():
    residual = {"kind": "residual", "input": [1, 8], "channels": [2, 4], "blocks": 1, "classes": 3}
    assert alive.normalised(network(residual))
    assert not alive.normalised(network({"kind": "mlp", "sizes": [8, 5, 3]}))
