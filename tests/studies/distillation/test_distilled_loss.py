"""The loss of a student against torch's own and closed forms, in float64."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from workflow_scripts.learning.ensemble.losses import cross_entropy
from workflow_scripts.studies.distillation.distilled import Distilled, distillation

RANDOM = torch.Generator().manual_seed(0)
MEMBERS, BATCH, CLASSES = 2, 5, 4


def drawn(*shape):
    return torch.randn(*shape, generator=RANDOM, dtype=torch.float64)


def packed(teacher, labels, temperature, weight):
    soft = (teacher / temperature).softmax(-1)
    return Distilled.packed(soft, labels, temperature, weight).values


@pytest.fixture
def given():
    labels = torch.tensor([[0, 1, 2, 3, 3], [2, 2, 0, 1, 3]])
    return drawn(MEMBERS, BATCH, CLASSES), drawn(MEMBERS, BATCH, CLASSES), labels


@pytest.mark.parametrize("temperature", [1.0, 2.5, 20.0])
def test_the_soft_part_is_the_divergence_of_torch_times_the_square_of_the_temperature(
    given, temperature
):
    student, teacher, labels = given
    found = distillation(student, packed(teacher, labels, temperature, 1.0))
    for member in range(MEMBERS):
        theirs = F.kl_div(
            (student[member] / temperature).log_softmax(-1),
            (teacher[member] / temperature).softmax(-1),
            reduction="batchmean",
        )
        assert float(found[member]) == pytest.approx(float(temperature**2 * theirs), rel=1e-12)


def test_without_soft_targets_it_is_the_cross_entropy_of_the_labels(given):
    student, teacher, labels = given
    found = distillation(student, packed(teacher, labels, 7.0, 0.0))
    torch.testing.assert_close(found, cross_entropy(student, labels))


def test_labels_at_temperature_1_are_the_cross_entropy(given):
    student, _, labels = given
    certain = Distilled.packed(F.one_hot(labels, CLASSES).double(), labels, 1.0, 1.0)
    torch.testing.assert_close(
        distillation(student, certain.values), cross_entropy(student, labels)
    )


def test_both_parts_are_weighted(given):
    student, teacher, labels = given
    soft, hard, both = (
        distillation(student, packed(teacher, labels, 3.0, weight)) for weight in (1.0, 0.0, 0.7)
    )
    torch.testing.assert_close(both, 0.7 * soft + 0.3 * hard)


def test_at_a_high_temperature_its_gradient_is_that_of_matching_logits(given):
    """(z − v) / K for logits of mean zero (Hinton et al. 2015, equation 4), by example."""
    student, teacher, labels = given
    student, teacher = (each - each.mean(-1, keepdim=True) for each in (student, teacher))
    errors = []
    for temperature in (1e2, 1e3, 1e4):
        leaf = student.clone().requires_grad_(True)
        distillation(leaf, packed(teacher, labels, temperature, 1.0)).sum().backward()
        matching = (student - teacher) / CLASSES / BATCH
        errors.append(float((leaf.grad - matching).abs().max()))
    assert errors[0] < 1e-2
    # The rest is of the order of one over the temperature.
    np.testing.assert_allclose(np.array(errors[:-1]) / errors[1:], 10, rtol=0.2)


def test_it_is_a_mean_over_examples_and_not_over_classes(given):
    student, teacher, labels = given
    once = packed(teacher, labels, 4.0, 1.0)
    twice = distillation(student.repeat(1, 2, 1), once.repeat(1, 2, 1))
    torch.testing.assert_close(twice, distillation(student, once))


def test_targets_know_their_examples(given):
    student, teacher, labels = given
    targets = Distilled.packed(teacher.softmax(-1), labels, 1.0, 1.0)
    assert targets.per_member
    assert len(targets) == BATCH
    measured = targets.measures(student, targets.values)
    torch.testing.assert_close(
        measured["loss"].mean(1), distillation(student, targets.values), check_dtype=False
    )
    assert measured["accuracy"].tolist() == (student.argmax(-1) == labels).tolist()
