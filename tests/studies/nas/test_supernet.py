"""Supernets: their gradients, their cells, and what is fixed, against plain arithmetic."""

import pytest
import torch

from tests.studies.nas.plain_network import PlainSupernet
from workflow_scripts.learning.ensemble.losses import cross_entropy
from workflow_scripts.studies.nas import supernet as module
from workflow_scripts.studies.nas.cell import choices, free_edges
from workflow_scripts.studies.nas.network import CellNetwork
from workflow_scripts.studies.nas.supernet import ARCHITECTURE, FIXED, Bilevel, Supernet

LENGTH, CHANNELS, CLASSES, XI = 12, 3, 4, 0.05
OPERATIONS = {"all": "cdspn", "linear": "psn", "few": "csp"}


def supernet(operations="csp", members=2, free=(0, 1, 2, 4, 5), **bilevel):
    how = {"order": 1, "step": XI, "factor": 2.0} | bilevel
    edges = free_edges(operations, free)
    return Supernet(LENGTH, CHANNELS, CLASSES, edges, members, Bilevel(**how))


def float64(parameters):
    return {name: tensor.double() for name, tensor in parameters.items()}


def pairs(members=2, examples=6):
    drawn = torch.Generator().manual_seed(0)
    shape = (members, examples, 2)
    signals = torch.randn(*shape, LENGTH, generator=drawn, dtype=torch.float64)
    return signals, torch.randint(CLASSES, shape, generator=drawn)


def exact(supernets, parameters, signals, named):
    """The gradient of the held-out loss after one step of the weights, by the chain rule."""
    network = PlainSupernet(
        LENGTH, CHANNELS, CLASSES, supernets.edges, len(signals), supernets.bilevel
    )
    weights = [n for n in network.shapes() if n not in (ARCHITECTURE, *FIXED)]
    leaves = {n: parameters[n].clone().requires_grad_() for n in [*weights, ARCHITECTURE]}
    at = parameters | leaves
    shown = cross_entropy(network.logits(at, signals[:, :, 0]), named[:, :, 0]).sum()
    slopes = torch.autograd.grad(shown, [leaves[n] for n in weights], create_graph=True)
    after = {n: leaves[n] - XI * g for n, g in zip(weights, slopes, strict=True)}
    asked = cross_entropy(network.logits(at | after, signals[:, :, 1]), named[:, :, 1]).sum()
    return torch.autograd.grad(asked, leaves[ARCHITECTURE])[0]


def test_the_second_order_is_the_gradient_through_a_step_of_the_weights(monkeypatch):
    monkeypatch.setattr(module, "EPSILON", 1e-6)  # a longer difference crosses kinks of ReLUs
    network = supernet(order=2)
    parameters = float64(network.initialise([1, 2]))
    signals, named = pairs()
    _, gradients = network.losses_and_gradients(parameters, signals, named, cross_entropy)
    wanted = exact(network, parameters, signals, named)
    torch.testing.assert_close(gradients[ARCHITECTURE], wanted, rtol=1e-4, atol=1e-7)
    first = supernet(order=1).losses_and_gradients(parameters, signals, named, cross_entropy)[1]
    assert (first[ARCHITECTURE] - wanted).norm() > 5 * (gradients[ARCHITECTURE] - wanted).norm()


def test_the_first_order_takes_each_gradient_from_its_half():
    network = supernet()
    parameters = float64(network.initialise([1, 2]))
    signals, named = pairs()
    losses, gradients = network.losses_and_gradients(parameters, signals, named, cross_entropy)
    for half, names in ((0, ["stem.weight", "edges.weight", "output.bias"]), (1, [ARCHITECTURE])):
        leaves = {name: parameters[name].clone().requires_grad_() for name in names}
        logits = network.logits(parameters | leaves, signals[:, :, half])
        each = cross_entropy(logits, named[:, :, half])
        found = torch.autograd.grad(each.sum(), list(leaves.values()))
        for name, gradient in zip(names, found, strict=True):
            torch.testing.assert_close(gradients[name], gradient)
        if half == 0:
            torch.testing.assert_close(losses, each.detach())
    for name in FIXED:
        assert not gradients[name].any()


@pytest.mark.parametrize("operations", OPERATIONS.values())
def test_a_supernet_that_is_certain_is_the_network_of_its_cell(operations):
    network = supernet(operations, members=1)
    parameters = float64(network.initialise([3]))
    parameters[ARCHITECTURE] = torch.full_like(parameters[ARCHITECTURE], -100.0)
    picked = [number % len(operations) for number in range(len(network.free))]
    for place, number in enumerate(picked):
        parameters[ARCHITECTURE][0, place, number] = 100.0
    letters = iter(operations[number] for number in picked)
    cell = "".join(next(letters) if edge in network.free else "s" for edge in range(6))
    alone = CellNetwork(LENGTH, CHANNELS, CLASSES, [choices(cell)])
    own = {name: parameters[name] for name in alone.shapes() if name in parameters}
    if network.slots > 1:  # the weights of the operation that is chosen
        slots = [cell[edge] == "d" and edge in network.free for edge in range(6)]
        rows = [edge * network.slots + int(slot) for edge, slot in enumerate(slots)]
        own |= {n: parameters[n][:, rows] for n in own if n.startswith("edges.")}
    signals = pairs(1)[0][:, :, 0]
    torch.testing.assert_close(network.logits(parameters, signals), alone.logits(own, signals))
    if "n" not in operations:
        assert network.found(parameters) == [cell]


def test_a_cell_never_has_none_on_a_free_edge():
    network = supernet("psn", members=1)
    parameters = network.initialise([3])
    parameters[ARCHITECTURE] = torch.tensor([1.0, 0.0, 9.0]).expand(1, 5, 3)
    assert network.found(parameters) == ["pppspp"]


def test_operation_dropout_is_drawn_anew_for_other_signals_and_again_for_the_same():
    network = supernet(dropout=0.5)
    parameters = network.initialise([1, 2])
    signals, named = pairs()
    signals = signals.float()

    def losses(given):
        return network.losses_and_gradients(parameters, given, named, cross_entropy)[0]

    assert torch.equal(losses(signals), losses(signals))
    plain = supernet().losses_and_gradients(parameters, signals, named, cross_entropy)[0]
    assert not torch.equal(losses(signals), plain)
    # It belongs to training: nothing is dropped when a network only reads.
    read = network.logits(parameters, signals[:, :, 0])
    assert torch.equal(read, supernet().logits(parameters, signals[:, :, 0]))


def test_the_rate_of_the_architecture_is_a_factor_of_that_of_the_weights():
    network, twice = supernet(factor=1.0), supernet(factor=2.0)
    parameters = network.initialise([1, 2])
    doubled = parameters | {ARCHITECTURE: parameters[ARCHITECTURE] / 2}
    torch.testing.assert_close(network.shares(parameters), twice.shares(doubled))
    assert torch.equal(
        network.initialise([1])[ARCHITECTURE], twice.initialise([1])[ARCHITECTURE] * 2
    )
