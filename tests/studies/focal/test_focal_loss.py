"""The focal loss in logits against its formula, and the places that each arm counts."""

import numpy as np
import pytest
import torch

from workflow_scripts.studies.focal.arm_settings import DetectorArm
from workflow_scripts.studies.focal.loss import DetectionLoss, Pace, focal, hardest, scattered
from workflow_scripts.studies.focal.objects import Objects, labels

PLACES, IGNORED = 6, 1


def by_formula(logits, positive, gamma, alpha):
    """−α_t (1 − p_t)^γ log p_t, from both probabilities, with 80-bit floats."""
    x = np.asarray(logits, dtype=np.longdouble)
    p = 1 / (1 + np.exp(-x))
    correct = np.where(positive, p, 1 / (1 + np.exp(x)))
    wrong = np.where(positive, 1 / (1 + np.exp(x)), p)
    # Of numbers near 1 the logarithm is that of their distance from it.
    entropy = np.where(wrong < 0.5, -np.log1p(-wrong), -np.log(correct))
    return np.where(positive, alpha, 1 - alpha) * wrong**gamma * entropy


def as_torchvision(logits, targets, gamma, alpha):
    """What torchvision.ops.sigmoid_focal_loss computes, as its documentation states it."""
    probability = torch.sigmoid(logits)
    entropy = torch.nn.functional.binary_cross_entropy_with_logits(
        logits, targets, reduction="none"
    )
    agreement = probability * targets + (1 - probability) * (1 - targets)
    weights = alpha * targets + (1 - alpha) * (1 - targets)
    return weights * (1 - agreement) ** gamma * entropy


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0, 5.0])
@pytest.mark.parametrize("alpha", [0.25, 0.5, 0.99])
def test_values_are_those_of_the_formula(gamma, alpha):
    logits = torch.linspace(-40, 40, 1601, dtype=torch.float64)
    for there in (True, False):
        positive = torch.full(logits.shape, there)
        numbers = (torch.tensor(each, dtype=torch.float64) for each in (gamma, alpha))
        found = focal(logits, positive, *numbers)
        expected = by_formula(logits.numpy(), positive.numpy(), gamma, alpha).astype(float)
        np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12)


@pytest.mark.parametrize("gamma", [0.5, 1.0, 2.0, 5.0])
def test_values_and_gradients_are_those_of_torchvisions_formula(gamma):
    draw = torch.Generator().manual_seed(0)
    logits = (6 * torch.randn(5000, generator=draw, dtype=torch.float64)).requires_grad_(True)
    positive = torch.rand(5000, generator=draw) < 0.3
    sides = [
        focal(logits, positive, torch.tensor(gamma), torch.tensor(0.25, dtype=torch.float64)),
        as_torchvision(logits, positive.double(), gamma, 0.25),
    ]
    ours, theirs = (torch.autograd.grad(side.sum(), logits)[0] for side in sides)
    torch.testing.assert_close(sides[0], sides[1], rtol=1e-9, atol=1e-14)
    torch.testing.assert_close(ours, theirs, rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize("kind", [torch.float32, torch.float64])
def test_nothing_overflows_from_minus_to_plus_a_hundred(kind):
    logits = torch.linspace(-100, 100, 2001, dtype=kind).requires_grad_(True)
    for gamma in (0.0, 0.5, 2.0):
        for there in (True, False):
            positive = torch.full(logits.shape, there)
            losses = focal(logits, positive, torch.tensor(gamma), torch.tensor(0.25))
            (slopes,) = torch.autograd.grad(losses.sum(), logits)
            assert losses.isfinite().all()
            assert slopes.isfinite().all()
            # A score that is wrong by 100 costs α_t · 100, with the slope α_t.
            worst, weight = (0, 0.25) if there else (-1, 0.75)
            assert losses[worst].item() == pytest.approx(100 * weight)
            assert abs(slopes[worst].item()) == pytest.approx(weight)


def test_the_derivative_is_that_of_the_values():
    logits = torch.linspace(-5, 5, 21, dtype=torch.float64).requires_grad_(True)
    positive = torch.arange(21) % 2 == 0
    gamma = torch.full((21,), 2.0, dtype=torch.float64)

    def sums(x):
        return focal(x, positive, gamma, torch.tensor(0.25, dtype=torch.float64))

    assert torch.autograd.gradcheck(sums, logits)


def batch(arms, corners):
    """Targets of one batch for members with these arms."""
    made = Objects.in_scenes(torch.tensor(corners), arms)
    return made.batch(torch.arange(len(corners)).expand(len(arms), -1))


def arm(**changes):
    return DetectorArm(**({"learning_rate": 0.1} | changes))


CORNERS = [[2, 3], [-1, -1], [0, 5]]


def test_labels_are_the_exact_place_and_its_neighbours_do_not_count():
    positive, counted = labels(batch([arm()], CORNERS), PLACES, IGNORED)
    for scene, (row, column) in enumerate(CORNERS):
        for place in range(PLACES**2):
            r, c = divmod(place, PLACES)
            near = row >= 0 and max(abs(r - row), abs(c - column)) <= IGNORED
            exact = (r, c) == (row, column)
            assert positive[0, scene, place] == exact
            assert counted[0, scene, place] == (exact or not near)


def brute(logits, spec, share):
    """The loss of one member, place by place."""
    values, negatives, total, objects = [], [], 0.0, 0
    for scene, (row, column) in enumerate(CORNERS):
        for place in range(PLACES**2):
            r, c = divmod(place, PLACES)
            exact = (r, c) == (row, column)
            if row >= 0 and not exact and max(abs(r - row), abs(c - column)) <= IGNORED:
                continue
            logit = float(logits[scene, place])
            loss = float(by_formula(logit, exact, spec.gamma, spec.alpha))
            objects += exact
            values.append(loss)
            if exact:
                total += loss
            else:
                negatives.append(loss)
    counts = {
        "all": len(negatives),
        "hardest-ratio": round(spec.amount * objects),
        "easiest-first": round(
            min(1, spec.amount + 2 * (1 - spec.amount) * share) * len(negatives)
        ),
    }
    if spec.negatives == "hardest":
        kept = sorted(values, reverse=True)[: round(spec.amount * len(CORNERS))]
        return sum(kept) / objects
    ordered = sorted(negatives, reverse=spec.negatives != "easiest-first")
    return (total + sum(ordered[: counts[spec.negatives]])) / objects


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7])
def test_each_arm_counts_its_places_whoever_is_beside_it(share):
    arms = [
        arm(gamma=2, alpha=0.25),
        arm(alpha=0.9),
        arm(negatives="hardest", amount=4),
        arm(negatives="hardest-ratio", amount=3),
        arm(negatives="easiest-first", amount=0.4),
    ]
    draw = torch.Generator().manual_seed(1)
    logits = 3 * torch.randn(len(arms), 3, PLACES**2, 1, generator=draw, dtype=torch.float64)
    pace = Pace(100)
    pace(round(100 * share), {})
    loss = DetectionLoss(PLACES, IGNORED, pace)
    targets = batch(arms, CORNERS)
    together = loss(logits, targets)
    for member, spec in enumerate(arms):
        expected = brute(logits[member, :, :, 0], spec, share)
        assert together[member].item() == pytest.approx(expected, rel=1e-6)
        alone = loss(logits[member : member + 1], targets[member : member + 1])
        assert alone.item() == together[member].item()


def test_without_an_object_the_loss_is_divided_by_one():
    empty = [[-1, -1], [-1, -1]]
    loss = DetectionLoss(PLACES, IGNORED, Pace(1))
    for spec, places in ((arm(), 2 * PLACES**2), (arm(negatives="hardest-ratio", amount=3), 3)):
        found = loss(torch.zeros(1, 2, PLACES**2, 1), batch([spec], empty))
        assert found.item() == pytest.approx(0.5 * np.log(2) * places)


def test_random_negatives_are_as_many_as_asked_and_depend_on_the_scene_alone():
    spec = arm(negatives="random-ratio", amount=5)
    logits = torch.zeros(1, 3, PLACES**2, 1).requires_grad_(True)
    loss = DetectionLoss(PLACES, IGNORED, Pace(1))
    (slopes,) = torch.autograd.grad(loss(logits, batch([spec], CORNERS)).sum(), logits)
    assert (slopes > 0).sum() == 10  # two objects
    assert (slopes < 0).sum() == 2
    numbers = scattered(torch.arange(400.0), 100)
    assert torch.equal(numbers[[7, 3]], scattered(torch.tensor([7.0, 3.0]), 100))
    assert (numbers >= 0).all()
    assert (numbers < 1).all()
    assert numbers.mean().item() == pytest.approx(0.5, abs=0.01)
    assert torch.histc(numbers, 10, 0, 1).min() > 0.9 * 4000
    beside = torch.corrcoef(torch.stack([numbers[:, :-1].flatten(), numbers[:, 1:].flatten()]))
    assert abs(beside[0, 1]) < 0.02


def test_the_hardest_are_taken_from_those_that_may_be():
    losses = torch.tensor([[5.0, 1.0], [4.0, 3.0]])
    among = torch.tensor([[False, True], [True, True]])
    assert hardest(losses, among, 2).tolist() == [[False, False], [True, True]]
    assert hardest(losses, among, 9).tolist() == among.tolist()


def test_targets_follow_their_members():
    made = Objects.in_scenes(torch.tensor(CORNERS), [arm(gamma=1), arm(gamma=3)], each=2)
    rows = torch.zeros(2, 1, dtype=torch.int64)
    assert made.of([1, 0]).batch(rows)[:, 0, 3].tolist() == [3.0, 1.0]
    assert made.values[:, 0].tolist() == [0.0, 1.0, 0.0]
    assert made.to("cpu").batch(rows).equal(made.batch(rows))
