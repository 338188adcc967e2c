"""The losses, and that settings name each of them."""

import pytest
import torch
from pydantic import TypeAdapter

from workflow_scripts.learning.ensemble.loss_settings import LossKind
from workflow_scripts.learning.ensemble.losses import cross_entropy
from workflow_scripts.learning.ensemble.stablemax import stablemax_cross_entropy

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


def test_stablemax_has_gradients_where_the_softmax_has_collapsed():
    logits = torch.tensor([[[200.0, 0.0, 0.0]]], requires_grad=True)
    target = torch.tensor([[0]])
    for loss, collapsed in ((cross_entropy, True), (stablemax_cross_entropy, False)):
        (gradient,) = torch.autograd.grad(loss(logits, target).sum(), logits)
        assert (float(gradient.abs().max()) == 0) is collapsed
