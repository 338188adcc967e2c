"""Shares of easy negatives, cumulative losses and calibration against direct computation."""

import numpy as np
import pytest
import torch
from scipy.optimize import minimize_scalar

from workflow_scripts.studies.focal.calibration import reliability, temperature
from workflow_scripts.studies.focal.cumulative import cumulative
from workflow_scripts.studies.focal.measure import Judged, spread
from workflow_scripts.studies.focal.shares import balanced, easy_sums


def test_shares_are_sums_over_the_easy_places():
    draw = torch.Generator().manual_seed(0)
    logits = 3 * torch.randn(2, 3, 50, generator=draw, dtype=torch.float64)
    positive = torch.rand(2, 3, 50, generator=draw) < 0.1
    counted = (torch.rand(2, 3, 50, generator=draw) < 0.9) | positive
    losses, slopes = torch.rand(2, 2, 3, 50, generator=draw, dtype=torch.float64)
    for values in (losses, -slopes):
        sums = easy_sums(logits, positive, counted, values, 0.1)
        for member in range(2):
            total = easy = 0.0
            for at in np.ndindex(3, 50):
                where = (member, *at)
                if counted[where]:
                    total += abs(values[where].item())
                    if not positive[where] and torch.sigmoid(logits[where]) < 0.1:
                        easy += abs(values[where].item())
            assert sums[:, member].tolist() == pytest.approx([easy, total], rel=1e-9)


def test_balanced_places_are_all_objects_and_as_many_others():
    draw = torch.Generator().manual_seed(0)
    positive = torch.rand(2, 5, 40, generator=draw) < 0.05
    counted = torch.ones_like(positive)
    chosen = balanced(positive, counted, torch.arange(5.0).expand(2, -1))
    assert (chosen & positive).equal(positive)
    assert chosen.flatten(1).sum(1).tolist() == (2 * positive.flatten(1).sum(1)).tolist()


def test_cumulative_losses_are_sums_of_the_smallest():
    losses = torch.tensor([1.0, 2.0, 3.0, 4.0])
    assert cumulative(losses, 5).tolist() == [0.0, 0.1, 0.3, 0.6, 1.0]
    assert cumulative(losses, 3).tolist() == [0.0, 0.3, 1.0]
    assert cumulative(torch.zeros(4), 2).isnan().all()


def test_reliability_is_that_of_bins_between_the_scores_of_objects():
    draw = np.random.default_rng(0)
    logits = draw.normal(size=3000)
    positive = draw.random(3000) < 1 / (1 + np.exp(-logits))
    curve = reliability(torch.tensor(logits), torch.tensor(positive), 5)
    own = np.sort(logits[positive])
    edges = [*(own[round(k * len(own) / 5)] for k in range(5)), np.inf]
    error = 0.0
    for number in range(5):
        inside = (logits >= edges[number]) & (logits < edges[number + 1])
        confidence = (1 / (1 + np.exp(-logits[inside]))).mean()
        assert curve.confidence[number].item() == pytest.approx(confidence)
        assert curve.frequency[number].item() == pytest.approx(positive[inside].mean())
        assert curve.objects[number] == positive[inside].sum()
        error += positive[inside].sum() * (confidence - positive[inside].mean())
    assert curve.error == pytest.approx(error / positive.sum())
    assert abs(curve.error) < 0.03  # the probabilities are the true ones


def test_a_detector_that_says_less_than_it_knows_has_a_negative_error():
    draw = np.random.default_rng(0)
    logits = draw.normal(size=20_000)
    positive = torch.tensor(draw.random(20_000) < 1 / (1 + np.exp(-logits)))
    assert reliability(torch.tensor(logits - 1), positive, 8).error < -0.1
    assert reliability(torch.tensor(logits + 1), positive, 8).error > 0.1


def test_few_objects_and_equal_scores_make_fewer_bins():
    positive = torch.tensor([True, True, False])
    curve = reliability(torch.tensor([1.0, 1.0, 0.0]), positive, 4)
    assert curve.objects.tolist() == [2.0]
    with pytest.raises(ValueError, match="no object"):
        reliability(torch.zeros(3), torch.zeros(3, dtype=torch.bool), 2)


def test_the_temperature_minimises_the_cross_entropy():
    draw = np.random.default_rng(1)
    logits = draw.normal(size=100_000)
    positive = draw.random(100_000) < 1 / (1 + np.exp(-logits))
    for factor in (0.5, 1.0, 3.0):
        given = factor * logits

        def entropy(inverse, given=given):
            signed = np.where(positive, 1, -1) * given * inverse
            return np.logaddexp(0, -signed).sum()

        best = minimize_scalar(entropy, bounds=(0.01, 20), method="bounded",
                               options={"xatol": 1e-10})  # fmt: skip
        found = temperature(torch.tensor(given), torch.tensor(positive))
        assert found == pytest.approx(1 / best.x, rel=1e-5)
        assert found == pytest.approx(factor, rel=0.03)


def test_losses_are_spread_over_places_from_the_easiest_on():
    draw = torch.Generator().manual_seed(0)
    logits = 4 * torch.randn(3, 50, generator=draw)
    positive = torch.rand(3, 50, generator=draw) < 0.2
    counted = (torch.rand(3, 50, generator=draw) < 0.9) | positive
    judged = Judged(None, positive, counted)
    table = spread(logits, judged, 7, [0, 2], 6)
    assert set(table.seed) == {7}
    right = torch.where(positive, logits, -logits).double().sigmoid().numpy()
    for gamma in (0, 2):
        losses = -((1 - right) ** gamma) * np.log(right)
        for what, where in (("objects", positive), ("background", ~positive & counted)):
            summed = np.append(0, np.sort(losses[where.numpy()]).cumsum())
            at = np.round(np.linspace(0, len(summed) - 1, 6)).astype(int)
            found = table[(table.gamma == gamma) & (table.places == what)].cumulative
            assert found.to_numpy() == pytest.approx(summed[at] / summed[-1], rel=1e-5)


def test_scores_that_only_mislead_are_flattened():
    logits = torch.tensor([3.0, -3.0])
    assert temperature(logits, logits < 0) == pytest.approx(1e6)
    assert temperature(logits, logits > 0) == pytest.approx(0.01)
