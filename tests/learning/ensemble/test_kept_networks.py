"""Each network is kept as it was when it had reached its end."""

import numpy as np
import torch

from workflow_scripts.learning.ensemble.callbacks import Measurements
from workflow_scripts.learning.ensemble.kept import Kept

VALUES = torch.tensor([[0.2, 0.2], [0.96, 0.2], [0.97, 0.96], [0.98, 0.99], [0.1, 0.1]])


def twice(steps: np.ndarray, values: np.ndarray) -> bool:
    """Whether two values in a row are high."""
    assert len(steps) == len(values)
    return bool(((values[:-1] > 0.95) & (values[1:] > 0.95)).any())


def test_training_ends_when_the_last_has_reached_its_end_and_a_kill_loses_nothing() -> None:
    curve = Measurements("held out", lambda p: {"accuracy": VALUES[int(p["w"][0])]}, {*range(5)})
    kept = Kept(curve, "accuracy", twice)
    assert kept.state() == {}
    ended = []
    for step in range(5):
        parameters = {"w": torch.full((2, 1), float(step))}
        curve(step, parameters)
        kept(step, parameters)
        ended.append(kept.finished)
        resumed = Kept(curve, "accuracy", twice)
        resumed.restore(kept.state())
        assert resumed.finished == kept.finished
        assert resumed.kept.keys() == kept.kept.keys()
    assert ended == [False, False, False, True, True]
    assert kept.ends(parameters)["w"].tolist() == [[2.0], [3.0]]


def test_one_that_never_does_is_as_at_the_end_of_the_budget() -> None:
    curve = Measurements("held out", lambda _: {"accuracy": torch.tensor([0.97, 0.1])}, {0, 5})
    kept = Kept(curve, "accuracy", twice)
    for step in (0, 5, 6):
        parameters = {"w": torch.tensor([[1.0], [2.0]]) + step}
        curve(step, parameters)
        kept(step, parameters)
    assert not kept.finished
    assert kept.ends(parameters)["w"].tolist() == [[6.0], [8.0]]
