"""The bias of an omitted class, and what is then recognised, by counting."""

import pytest
import torch

from workflow_scripts.studies.distillation.omission import bias, margins, raised, recall

LOGITS = torch.tensor([[3.0, 1.0, 0.0], [2.0, 2.5, 1.0], [0.0, 0.5, 4.0], [1.0, 5.0, 4.5]])


def test_a_margin_is_how_far_the_class_is_from_the_largest_other():
    assert margins(LOGITS, 2).tolist() == [3.0, 1.5, -3.5, 0.5]


@pytest.mark.parametrize("alarms", range(5))
def test_as_many_examples_are_taken_for_the_class_as_is_asked_for(alarms):
    rise = bias(LOGITS, 2, alarms)
    assert int((raised(LOGITS, 2, rise).argmax(1) == 2).sum()) == alarms


def test_on_many_examples_too():
    logits = torch.randn(500, 10, generator=torch.Generator().manual_seed(0))
    for alarms in (1, 7, 60, 499):
        rise = bias(logits, 4, alarms)
        assert int((raised(logits, 4, rise).argmax(1) == 4).sum()) == alarms


def test_recall_counts_the_images_of_the_class_only():
    labels = torch.tensor([2, 2, 2, 1])
    assert recall(LOGITS, labels, 2) == pytest.approx(1 / 3)
    assert recall(raised(LOGITS, 2, 2.0), labels, 2) == pytest.approx(2 / 3)


def test_no_other_logit_is_raised():
    changed = raised(LOGITS, 0, 1.5)
    assert changed[:, 1:].equal(LOGITS[:, 1:])
    assert changed[:, 0].equal(LOGITS[:, 0] + 1.5)
