"""Non-maximum suppression and average precision against brute force and scikit-learn."""

import numpy as np
import pytest
import torch
from sklearn.metrics import average_precision_score

from workflow_scripts.studies.focal.detection import (
    Detections,
    average_precision,
    correct,
    detections,
)

PLACES, SIZE, OVERLAP, MOST = 12, 5, 0.4, 3


def overlap_of(first, second):
    """Intersection over union of two windows, pixel by pixel."""
    sets = [{(r + i, c + j) for i in range(SIZE) for j in range(SIZE)} for r, c in (first, second)]
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


def suppressed(scores):
    """Greedy suppression of one scene, window by window."""
    left = [divmod(place, PLACES) for place in np.argsort(-scores, kind="stable")]
    kept = []
    while left and len(kept) < MOST:
        best = left.pop(0)
        kept.append(best)
        left = [each for each in left if overlap_of(best, each) <= OVERLAP]
    return kept


def test_suppression_keeps_what_brute_force_keeps():
    scores = torch.randn(2, 4, PLACES**2, generator=torch.Generator().manual_seed(0))
    found = detections(scores, PLACES, SIZE, OVERLAP, MOST)
    for member in range(2):
        for scene in range(4):
            expected = suppressed(scores[member, scene].numpy())
            at = zip(
                found.rows[member, scene].tolist(), found.columns[member, scene].tolist(),
                strict=True,
            )  # fmt: skip
            assert list(at) == expected
            values = [scores[member, scene, r * PLACES + c].item() for r, c in expected]
            assert found.scores[member, scene].tolist() == values


def test_where_no_window_is_left_there_is_no_detection():
    found = detections(torch.zeros(1, 1, 4), 2, 100, 0.5, 3)
    assert found.scores.tolist() == [[[0.0, -np.inf, -np.inf]]]
    assert not correct(found, torch.tensor([[1, 1]]), 5)[0, 0, 1:].any()


def test_only_the_best_near_detection_is_correct():
    found = Detections(
        torch.tensor([[[3.0, 2.0, 1.0], [3.0, 2.0, 1.0]]]),
        torch.tensor([[[9, 4, 5], [1, 2, 3]]]),
        torch.tensor([[[9, 4, 5], [1, 2, 3]]]),
    )
    corners = torch.tensor([[4, 5], [-1, -1]])
    assert correct(found, corners, 1).tolist() == [[[False, True, False], [False] * 3]]
    assert not correct(found, corners, 0).any()


@pytest.mark.parametrize("ties", [False, True])
def test_average_precision_is_that_of_scikit_learn(ties):
    draw = np.random.default_rng(3)
    for objects in (4, 9):
        scores = draw.normal(size=(3, 60))
        scores = np.round(scores) if ties else scores
        right = np.zeros((3, 60), dtype=bool)
        for row in right:
            row[draw.choice(60, size=4, replace=False)] = True
        found = average_precision(torch.tensor(scores), torch.tensor(right), objects)
        for member in range(3):
            # It knows objects only that were found: recall is relative to those.
            theirs = average_precision_score(right[member], scores[member]) * 4 / objects
            assert found[member].item() == pytest.approx(theirs, rel=1e-12)


def test_of_a_perfect_ranking_it_is_one_and_of_missing_scores_it_is_missing():
    scores = torch.tensor([[3.0, 2.0, 1.0], [3.0, torch.nan, 1.0]])
    right = torch.tensor([[True, True, False]] * 2)
    found = average_precision(scores, right, 2)
    assert found[0] == 1
    assert found[1].isnan()
