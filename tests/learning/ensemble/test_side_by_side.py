"""Trainings put side by side: what one ensemble would have measured, as far as each went."""

import numpy as np
import pytest
import torch

from workflow_scripts.learning.ensemble.callbacks import Measurements
from workflow_scripts.learning.ensemble.side_by_side import side_by_side


def trained(value: float, steps: list[int], diverged: int = -1):
    curve = Measurements("table", lambda parameters: {}, {0, 5, 10})
    curve.steps, curve.diverged = steps, [diverged]
    curve.measured = {
        "loss": [torch.tensor([value + step]) for step in steps],
        "spectrum": [torch.tensor([[value, step]]) for step in steps],
    }
    return {"weight": torch.full((1, 2), value)}, curve


def test_what_a_training_did_not_measure_is_not_a_number():
    parameters, curve = side_by_side([trained(0.5, [0, 5]), trained(1.5, [0, 5, 10], 7)])
    assert parameters["weight"].tolist() == [[0.5, 0.5], [1.5, 1.5]]
    assert (curve.split, curve.steps, curve.diverged) == ("table", [0, 5, 10], [-1, 7])
    found = curve.arrays()
    np.testing.assert_array_equal(found["loss"], [[0.5, 1.5], [5.5, 6.5], [np.nan, 11.5]])
    assert found["spectrum"].shape == (3, 2, 2)
    np.testing.assert_array_equal(found["spectrum"][2], [[np.nan, np.nan], [1.5, 10.0]])


def test_one_alone_stays_as_it_is():
    parameters, curve = side_by_side([trained(0.5, [0, 5])])
    assert parameters["weight"].shape == (1, 2)
    assert curve.arrays()["loss"].tolist() == [[0.5], [5.5]]


def test_other_steps_are_refused():
    with pytest.raises(ValueError, match="at the same steps"):
        side_by_side([trained(0.5, [0, 10]), trained(0.5, [0, 5, 10])])
