"""What students are taught, against closed forms and by hand."""

import math

import pytest
import torch

from workflow_scripts.studies.distillation.learn import Soft, targets
from workflow_scripts.studies.distillation.settings import Teaching
from workflow_scripts.studies.distillation.softened import (
    entropy,
    level,
    permuted,
    smoothed,
    softened,
)

RANDOM = torch.Generator().manual_seed(1)
LOGITS = 3 * torch.randn(40, 6, generator=RANDOM, dtype=torch.float64)


def test_an_ensemble_is_the_mean_of_softened_probabilities():
    several = torch.stack([LOGITS, LOGITS.flip(0)])
    by_hand = ((LOGITS / 2).exp() / (LOGITS / 2).exp().sum(1, keepdim=True) +
               (LOGITS.flip(0) / 2).softmax(1)) / 2  # fmt: skip
    torch.testing.assert_close(softened(several, 2.0), by_hand)
    torch.testing.assert_close(softened(LOGITS.expand(10, -1, -1), 2.0), softened(LOGITS, 2.0))


def test_entropy_is_in_nats():
    uniform = torch.full((3, 8), 1 / 8)
    assert entropy(uniform) == pytest.approx(math.log(8))
    assert entropy(torch.eye(4)) == 0
    assert entropy(torch.tensor([[0.25, 0.75], [1.0, 0.0]])) == pytest.approx(
        (0.25 * math.log(4) - 0.75 * math.log(0.75)) / 2
    )


@pytest.mark.parametrize("nats", [0.01, 0.5, 1.0, 1.7])
def test_smoothed_labels_have_the_entropy_that_is_asked_for(nats):
    labels = torch.tensor([0, 5, 3, 3])
    found = smoothed(labels, 6, nats).double()
    assert entropy(found) == pytest.approx(nats, abs=1e-5)
    assert found.argmax(1).tolist() == labels.tolist()
    torch.testing.assert_close(found.sum(1), torch.ones(4, dtype=torch.float64))
    # All classes but the label have the same share.
    assert (found.sort(1).values[:, :5].std(1) < 1e-7).all()


def test_permuted_targets_keep_the_largest_where_it_is_and_all_values():
    soft = softened(LOGITS, 2.0)
    found = permuted(soft, 7)
    top = soft.argmax(1)
    assert found.argmax(1).equal(top)
    assert found.gather(1, top[:, None]).equal(soft.gather(1, top[:, None]))
    assert found.sort(1).values.equal(soft.sort(1).values)
    assert not found.equal(soft)
    assert found.equal(permuted(soft, 7))
    assert not found.equal(permuted(soft, 8))


def test_the_identity_changes_no_bit():
    soft = softened(LOGITS, 2.0)
    assert permuted(soft, 7, identity=True).equal(soft)


def test_a_wrong_class_goes_to_each_other_wrong_class_as_often():
    soft = torch.tensor([[0.7, 0.2, 0.1, 0.0]], dtype=torch.float64).repeat(6000, 1)
    where = permuted(soft, 3).eq(0.2).double().mean(0)
    assert where[0] == 0
    assert where[1:].tolist() == pytest.approx([1 / 3] * 3, abs=0.03)


def test_equal_wrong_classes_keep_only_the_confidence():
    soft = softened(LOGITS, 2.0)
    found = level(soft)
    top = soft.max(1).values
    torch.testing.assert_close(found.max(1).values, top)
    assert found.argmax(1).equal(soft.argmax(1))
    torch.testing.assert_close(found.min(1).values, (1 - top) / 5)
    torch.testing.assert_close(found.sum(1), torch.ones(40, dtype=torch.float64))


def arm(source, **more):
    return Teaching(source=source, rate=0.01, **more)


def taught(given, copy=0, place=1):
    """Probabilities, temperature and weight of the first four examples of the second seed."""
    random = torch.Generator().manual_seed(2)
    soft = Soft(torch.randn(2, 3, 9, 5, generator=random), torch.randn(2, 9, 5, generator=random))
    labels = torch.tensor([4, 0, 2, 1])
    values = targets(given, soft, place, copy, 100, labels).values
    assert values.shape == (4, 8)
    assert values[:, 5].tolist() == labels.tolist()
    return soft, labels, values[:, :5], values[0, 6:].tolist()


def test_each_source_of_targets():
    soft, labels, hard, rest = taught(arm("labels", temperature=4))
    assert hard.equal(torch.nn.functional.one_hot(labels, 5).float())
    assert rest == [4, 1]
    _, _, own, _ = taught(arm("teacher", temperature=2), copy=4)
    torch.testing.assert_close(own, (soft.trained[1, 1, :4] / 2).softmax(-1))
    _, _, first, rest = taught(arm("untrained", temperature=2, weight=0.5))
    torch.testing.assert_close(first, (soft.untrained[1, :4] / 2).softmax(-1))
    assert rest == [2, 0.5]
    _, _, several, _ = taught(arm("ensemble", temperature=2))
    torch.testing.assert_close(several, (soft.trained[1, :, :4] / 2).softmax(-1).mean(0))
    _, _, ten, _ = taught(arm("repeated", temperature=2), copy=2)
    torch.testing.assert_close(ten, (soft.trained[1, 2, :4] / 2).softmax(-1))
    _, _, top, rest = taught(arm("pseudo"), copy=2)
    assert top.argmax(1).equal(soft.trained[1, 2, :4].argmax(1))
    assert set(top.flatten().tolist()) == {0, 1}
    _, _, smooth, rest = taught(arm("smoothed", temperature=3))
    assert smooth.argmax(1).equal(labels)
    wanted = entropy((soft.trained[1, 0, :4] / 3).softmax(-1))
    assert entropy(smooth) == pytest.approx(wanted, abs=1e-5)
    assert rest == [1, 1]


def test_wrong_classes_are_changed_as_the_arm_says():
    _, _, kept, _ = taught(arm("teacher", temperature=2))
    _, _, same, _ = taught(arm("teacher", temperature=2, wrong="identity"))
    _, _, moved, _ = taught(arm("teacher", temperature=2, wrong="permuted"))
    _, _, equal, _ = taught(arm("teacher", temperature=2, wrong="level"))
    assert same.equal(kept)
    assert not moved.equal(kept)
    assert moved.sort(1).values.equal(kept.sort(1).values)
    torch.testing.assert_close(equal, level(kept))
