import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from workflow_scripts.core.artifacts.checkpoints import save_checkpoint
from workflow_scripts.learning.ensemble.history import read_history, save_history
from workflow_scripts.studies.lottery.tables import barriers, gathered, needles, outcomes

CONDITION = {
    "chain": "lenet",
    "rewind": 0,
    "level": 1,
    "arm": "ticket",
    "seed": 0,
    "density": 0.8,
    "survivors": 80,
}


def curve(split, points, **condition):
    """Rows of one training; `points` are (step, loss, accuracy)."""
    rows = [
        {**CONDITION, **condition, "split": split, "step": step, "loss": loss, "accuracy": accuracy}
        for step, loss, accuracy in points
    ]
    return pd.DataFrame(rows)


def table(*curves):
    return pd.concat(curves, ignore_index=True)


TEST = [(50, 0.9, 60.0), (80, 0.5, 80.0), (90, 0.3, 84.0), (100, 0.4, 82.0)]
STOPPED = [(100, 0.4, 83.0)]
LOSSES = [(25, 0.9, 50), (50, 0.4, 71), (75, 0.4, 72), (100, 0.6, 73)]


def training(losses=LOSSES, test=TEST, stopped=STOPPED, **condition):
    """All curves of one training."""
    return table(
        curve("test", test, **condition),
        curve("validation", losses, **condition),
        curve("stopped", stopped, **condition),
    )


def test_a_training_has_an_early_accuracy_one_at_its_best_and_the_mean_of_the_last():
    (row,) = outcomes(training()).itertuples()
    assert (row.early_step, row.early, row.steps) == (50, 60, 100)
    assert row.accuracy == 83
    assert row.end == pytest.approx(82)
    assert {name: getattr(row, name) for name in CONDITION} == CONDITION


def test_a_training_stops_at_the_first_of_the_smallest_validation_losses():
    (row,) = outcomes(training()).itertuples()
    assert (row.stopping_step, row.stopping_loss, row.validated) == (50, 0.4, 100)


def test_neither_the_order_of_the_rows_nor_other_trainings_matter():
    parts = []
    for seed in range(3):
        for arm in ("ticket", "shuffled"):
            losses = np.roll([0.1, 0.5, 0.7, 0.9], seed)
            points = list(zip((25, 50, 75, 100), losses, range(4), strict=True))
            parts.append(training(points, seed=seed, arm=arm))
    ordered = outcomes(table(*parts))
    mixed = outcomes(table(*parts).sample(frac=1, random_state=0))
    assert_frame_equal(ordered, mixed)
    assert len(ordered) == 6
    assert ordered.groupby("seed").stopping_step.unique().map(list).tolist() == [[25], [50], [75]]


def test_a_training_that_diverges_late_has_stopped_before_and_no_accuracy_at_the_end():
    losses = [(25, 0.9, 50), (50, 0.4, 71), (75, np.nan, np.nan), (100, np.nan, np.nan)]
    (row,) = outcomes(training(losses, [*TEST[:-1], (100, np.nan, np.nan)])).itertuples()
    assert (row.stopping_step, row.accuracy, row.validated) == (50, 83, 100)
    assert np.isnan(row.end)


def test_a_training_without_any_loss_never_stopped_and_is_kept_without_accuracies():
    never = [(step, np.nan, np.nan) for step in (25, 50, 75, 100)]
    lost = training(never, [(s, np.nan, np.nan) for s, *_ in TEST], [(100, np.nan, np.nan)], seed=1)
    found = outcomes(table(training(), lost)).set_index("seed")
    assert found.stopping_step.isna().to_dict() == {0: False, 1: True}
    assert found.loc[1, ["accuracy", "end", "early", "stopping_loss"]].isna().all()


def test_needles_have_both_accuracies_too_as_means_over_masks():
    rows = []
    for parent in (1000, 2000):
        for arm, shift in (("ticket", 0), ("shuffled", -10)):
            points = [
                (step, loss, accuracy + shift + parent / 1000) for step, loss, accuracy in TEST
            ]
            stopped = [(100, 0.4, parent / 100 + shift)]
            where = {"parent": parent, "arm": arm, "chain": str(parent)}
            rows.append(training(TEST, points, stopped, draw=0, **where))
            if arm == "shuffled":  # another mask, two points better
                points = [(step, loss, accuracy + 2) for step, loss, accuracy in points]
                stopped = [(step, loss, accuracy + 2) for step, loss, accuracy in stopped]
                rows.append(training(TEST, points, stopped, draw=1, **where))
    found = needles(table(*rows)).set_index(["parent", "arm"])
    assert found.end.to_dict() == pytest.approx(
        {
            (1000, "ticket"): 83,
            (1000, "shuffled"): 74,
            (2000, "ticket"): 84,
            (2000, "shuffled"): 75,
        }
    )
    assert found.accuracy.to_dict() == {
        (1000, "ticket"): 10,
        (1000, "shuffled"): 1,
        (2000, "ticket"): 20,
        (2000, "shuffled"): 11,
    }


def line(errors, **where):
    alphas = np.linspace(0, 1, len(errors))
    return pd.DataFrame(
        {"point": 0, "seed": 0, "alpha": alphas, "error": errors, "loss": 0} | where
    )


@pytest.mark.parametrize(
    ("errors", "height"),
    [
        ([10, 40, 20], 25),  # above 15, half-way between the ends
        ([10, 10, 10], 0),
        ([10, 5, 20], 0),  # ends of different height are no barrier
        ([20, 12, 11, 10], 0),
        ([10, 90, 30, 95, 20], 77.5),
    ],
)
def test_a_barrier_is_the_most_that_the_line_rises_above_its_interpolated_ends(errors, height):
    (row,) = barriers(line(errors)).itertuples()
    assert row.barrier == pytest.approx(height)


def test_each_point_and_seed_has_a_barrier_of_its_own():
    lines = [
        line([10, 10 + 5 * seed + point, 10], seed=seed, point=point)
        for seed in (1, 2)
        for point in (0, 100)
    ]
    found = barriers(table(*lines).sample(frac=1, random_state=1))
    assert found.to_dict("list") == {
        "point": [0, 0, 100, 100],
        "seed": [1, 2, 1, 2],
        "barrier": [5, 10, 105, 110],
    }


class Measured:
    """The curve of one split, as training leaves it."""

    def __init__(self, split, steps, losses, accuracies):
        self.split, self.diverged = split, []
        self._arrays = {
            "step": np.array(steps),
            "loss": np.array(losses, dtype=np.float64),
            "accuracy": np.array(accuracies, dtype=np.float64),
        }

    def arrays(self):
        return self._arrays


MEMBERS = [CONDITION | {"seed": 0}, CONDITION | {"seed": 1, "arm": "größer, als"}]
CURVES = [
    Measured("test", [5, 10], [[0.5, 0.6], [0.1, 1 / 3]], [[0.5, 0.25], [0.75, 0.9]]),
    Measured("validation", [10], [[0.7, 0.8]], [[0.1, 0.2]]),
]


def test_a_history_is_read_as_a_tidy_table(tmp_path):
    save_history(tmp_path / "history", CURVES, MEMBERS)
    read = read_history(tmp_path / "history")
    assert list(read.columns) == [*CONDITION, "step", "split", "accuracy", "loss"]
    assert len(read) == 6
    found = read.set_index(["split", "seed", "step"])
    assert found.loss["test", 1, 10] == 1 / 3
    assert found.accuracy["test", 1, 10] == pytest.approx(90)
    assert found.accuracy["validation", 0, 10] == pytest.approx(10)
    assert found.arm["test", 1, 5] == "größer, als"
    assert (read.density == 0.8).all()


def test_equal_histories_have_equal_bytes(tmp_path):
    for name in ("first", "second"):
        save_history(tmp_path / name, CURVES, MEMBERS)
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


def test_all_histories_are_put_below_one_another(tmp_path):
    paths = [tmp_path / name for name in ("a", "b")]
    for path in paths:
        save_history(path, CURVES, MEMBERS)
    both = gathered(paths, read_history)
    assert len(both) == 2 * len(read_history(paths[0]))
    assert both.index.is_unique


def test_a_history_without_a_measurement_is_no_table(tmp_path):
    save_checkpoint(tmp_path / "empty", {}, {"members": "[]"})
    with pytest.raises(ValueError, match="No objects to concatenate"):
        read_history(tmp_path / "empty")
