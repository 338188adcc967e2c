import pytest
import torch

from workflow_scripts.studies.lottery.stopping import Stopped, Stopping

NAN = float("nan")
# Validation losses of three members after each step: the third has none but the last.
LOSSES = {
    1: [0.9, 0.5, NAN],
    2: [0.4, 0.6, NAN],
    3: [0.3, NAN, NAN],
    4: [0.4, NAN, NAN],
    5: [0.8, 0.2, NAN],
    6: [0.4, 0.9, 0.7],
}


def weights(step):
    """Weights that say after which step they were there."""
    return {"w": torch.full((3, 2), float(step))}


def measure(parameters):
    step = int(parameters["w"][0, 0])
    return {"loss": torch.tensor(LOSSES[step], dtype=torch.float64)}


def watched(kept_at, at=range(1, 7), stopping=None):
    stopping = stopping or Stopping(measure, set(at), set(kept_at))
    for step in LOSSES:
        changing = weights(step)
        stopping(step, changing)
        changing["w"].zero_()  # what is kept must be a copy
    return stopping


@pytest.mark.parametrize(
    ("kept_at", "expected"),
    [
        (range(1, 7), [3, 5, 6]),
        ([2, 4, 6], [2, 2, 6]),  # of equal losses the first
        ([1, 2, 3], [3, 1, 1]),  # without any loss the first weights
    ],
)
def test_the_weights_at_the_smallest_loss_of_the_common_steps_are_kept(kept_at, expected):
    stopping = watched(kept_at)
    assert stopping.kept["w"].tolist() == [[step, step] for step in expected]


def test_the_curve_has_all_steps_of_the_finer_grid():
    stopping = watched([2, 4, 6], at=[1, 2, 3])
    assert stopping.arrays()["step"].tolist() == [1, 2, 3, 4, 6]
    assert stopping.arrays()["loss"].shape == (5, 3)


@pytest.mark.parametrize("killed_after", range(7))
def test_a_killed_training_keeps_the_same_weights(killed_after):
    whole = watched([2, 4, 6])
    before = Stopping(measure, set(range(1, 7)), {2, 4, 6})
    for step in range(1, killed_after + 1):
        before(step, weights(step))
    again = Stopping(measure, set(range(1, 7)), {2, 4, 6})
    again.restore({name: tensor.clone() for name, tensor in before.state().items()})
    for step in range(killed_after + 1, 7):
        again(step, weights(step))
    assert torch.equal(whole.kept["w"], again.kept["w"])
    assert (whole.arrays()["step"] == again.arrays()["step"]).all()


def test_what_was_kept_is_measured_once_at_the_end():
    stopping = Stopping(measure, set(range(1, 7)), set(range(1, 7)))
    stopped = Stopped(lambda kept: {"accuracy": kept["w"].mean(1)}, stopping, 6)
    for step in LOSSES:
        stopping(step, weights(step))
        stopped(step, weights(step))
    assert stopped.arrays()["step"].tolist() == [6]
    assert stopped.arrays()["accuracy"].tolist() == [[3, 5, 6]]
