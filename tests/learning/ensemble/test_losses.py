"""The losses, and that settings name each of them."""

import math

import pytest
import torch
from pydantic import TypeAdapter

from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.ensemble.float64_settings import Float64Settings
from workflow_scripts.learning.ensemble.loss_settings import LossKind
from workflow_scripts.learning.ensemble.losses import cross_entropy
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.stablemax import stablemax_cross_entropy
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.pair_mlp import PairMlp

TARGET = torch.tensor([[0]])
PLAIN = {"kind": "cross-entropy"}
LOSSES = {"cross-entropy": cross_entropy, "stablemax": stablemax_cross_entropy}


@pytest.mark.parametrize("kind", LOSSES)
def test_settings_name_a_loss(kind):
    assert TypeAdapter(LossKind).validate_python({"kind": kind}).build() is LOSSES[kind]


def test_stablemax_is_its_formula():
    logits = 5 * torch.randn(2, 6, 4, dtype=torch.float64)
    targets = torch.randint(0, 4, (2, 6))
    size = torch.where(logits >= 0, logits + 1, 1 / (1 - logits))
    chosen = (size / size.sum(-1, keepdim=True)).gather(2, targets.unsqueeze(2))
    expected = -chosen.log().mean((1, 2))
    torch.testing.assert_close(stablemax_cross_entropy(logits, targets), expected)


def test_the_slope_of_stablemax_at_zero_is_that_on_both_sides():
    logits = torch.tensor([[[0.0, 0.0, 0.0, 0.0]]], dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(stablemax_cross_entropy(logits, TARGET).sum(), logits)
    assert gradient.tolist() == [[[-0.75, 0.25, 0.25, 0.25]]]  # as of the softmax
    near = 3 * torch.randn(2, 6, 4, dtype=torch.float64)
    near[0, :2] = 0
    near[1, 3] = torch.tensor([0.0, -1e-9, 1e-9, 2.0])
    near.requires_grad_(True)
    targets = torch.randint(0, 4, (2, 6))
    (gradient,) = torch.autograd.grad(stablemax_cross_entropy(near, targets).sum(), near)
    size = torch.where(near >= 0, near + 1, 1 / (1 - near)).detach()
    shares = size / size.sum(-1, keepdim=True)
    hot = torch.nn.functional.one_hot(targets, 4)
    torch.testing.assert_close(gradient, (shares - hot) / (1 + near.detach().abs()) / 6)


def test_in_float64_a_large_margin_keeps_its_gradient():
    logits = torch.tensor([[[30.0, 0.0, 0.0]]], requires_grad=True)
    precise = TypeAdapter(LossKind).validate_python({"kind": "float64", "of": PLAIN}).build()
    found = {}
    for name, loss in (("single", cross_entropy), ("double", precise)):
        value = loss(logits, TARGET)
        (gradient,) = torch.autograd.grad(value.sum(), logits)
        assert gradient.dtype == torch.float32
        found[name] = gradient[0, 0].tolist()
    assert found["single"][0] == 0
    rest = math.exp(-30) / (1 + 2 * math.exp(-30))
    assert found["double"] == pytest.approx([-2 * rest, rest, rest], rel=1e-6)


@pytest.mark.parametrize("kind", LOSSES)
def test_the_float64_loss_is_that_of_the_same_outputs_in_double_precision(kind):
    logits, targets = 5 * torch.randn(2, 6, 4), torch.randint(0, 4, (2, 6))
    loss = TypeAdapter(LossKind).validate_python({"kind": "float64", "of": {"kind": kind}}).build()
    assert torch.equal(loss(logits, targets), LOSSES[kind](logits.double(), targets))


def test_networks_are_trained_with_it_alone_as_among_others():
    net = PairMlp(5, 4, 6)
    pairs = torch.cartesian_prod(torch.arange(5), torch.arange(5))
    shown = Split(pairs, ClassNumbers((pairs.sum(1)) % 5))
    recipe = Training(
        optimiser={"kind": "adamw", "epsilon": 1e-25}, learning_rate=0.01, batch_size=None, steps=9
    )
    loss = Float64Settings(kind="float64", of={"kind": "stablemax"}).build()

    def trained(seeds):
        return train(Ensemble(net, net.initialise(seeds), shown, seeds, loss=loss), recipe)

    together, alone = trained([1, 2, 3]), trained([2])
    assert all(torch.equal(alone[name][0], together[name][1]) for name in alone)
    assert all(tensor.dtype == torch.float32 for tensor in together.values())


def test_stablemax_has_gradients_where_the_softmax_has_collapsed():
    logits = torch.tensor([[[200.0, 0.0, 0.0]]], requires_grad=True)
    target = torch.tensor([[0]])
    for loss, collapsed in ((cross_entropy, True), (stablemax_cross_entropy, False)):
        (gradient,) = torch.autograd.grad(loss(logits, target).sum(), logits)
        assert (float(gradient.abs().max()) == 0) is collapsed
