"""The double-descent study's steps on the digits, against direct solves and other routes."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from snakemake.iocontainers import Params, Wildcards

from workflow_scripts.core.artifacts.checkpoints import load_checkpoint
from workflow_scripts.learning.data.arrays import write_arrays
from workflow_scripts.learning.data.digits import split_digits
from workflow_scripts.learning.data.manifest import write_manifest
from workflow_scripts.learning.ensemble.history import read_history
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.learning.regression.random_features import directions, relu_features
from workflow_scripts.studies.double_descent import epochs, networks, tables
from workflow_scripts.studies.double_descent.features import path_of
from workflow_scripts.studies.double_descent.linear_settings import (
    ONE,
    TWO,
    Features,
    Sizes,
    TwoScales,
)
from workflow_scripts.studies.double_descent.regression import Images
from workflow_scripts.studies.double_descent.sizes import path_of as sizes_path_of
from workflow_scripts.studies.double_descent.two_scales import descent

SAMPLE = {"dataset": "digits", "train": 40, "validation": 20, "test": 50}
FEATURES = Features.model_validate(
    {
        "sample": SAMPLE,
        "widths": [5, 10, 20, 40, 60, 90],
        "noise": [0, 0.2],
        "ridges": [1e-4, 1e-2],
        "unseen": 10,
    }
)
SCALES = TwoScales.model_validate(
    {
        "examples": 50,
        "fast": {"features": 12, "deviation": 1, "signal": 1},
        "slow": {"features": 5, "deviation": 0.1, "signal": 0.5},
        "noise": 1,
        "learning_rate": 0.2,
        "steps": 5000,
        "measurements": 12,
    }
)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A folder with scikit-learn's digits."""
    folder = tmp_path_factory.mktemp("data")
    write_arrays(folder / "digits", split_digits(360, 0))
    write_manifest("digits", folder)
    return str(folder)


@pytest.fixture(scope="module")
def images(data):
    return Images.of(FEATURES.sample, data, 3, FEATURES.noise)


def test_each_seed_has_images_and_wrong_labels_of_its_own(data, images):
    again, other = (Images.of(FEATURES.sample, data, seed, FEATURES.noise) for seed in (3, 4))
    assert np.array_equal(images.train, again.train)
    assert not np.array_equal(images.train, other.train)
    wrong = {seed: each.noisy[0.2] != each.noisy[0] for seed, each in ((3, images), (4, other))}
    assert [each.sum() for each in wrong.values()] == [8, 8]
    assert not np.array_equal(wrong[3], wrong[4])
    assert len(images.new) == 20 + 50


@pytest.mark.parametrize("width", [10, 40, 90])
@pytest.mark.parametrize(("noise", "ridge"), [(0.0, 1e-2), (0.2, 1e-4), (0.2, 0.0)])
def test_a_row_is_what_one_solve_gives(images, width, noise, ridge):
    table = path_of(FEATURES, images, 3, PartialResults())
    assert len(table) == len(FEATURES.widths) * 2 * 3
    row = table[(table.width == width) & (table.noise == noise) & (table.ridge == ridge)].iloc[0]
    drawn = directions(width, 64, stream_seed(3, "features"))
    train, new = (relu_features(x, drawn) / np.sqrt(width) for x in (images.train, images.new))
    targets = np.eye(10)[images.noisy[noise]] - 0.1
    # The penalty as more rows; without one, least norm.
    stacked = np.vstack([train, np.sqrt(40 * ridge) * np.eye(width)]) if ridge else train
    padded = np.vstack([targets, np.zeros((width, 10))]) if ridge else targets
    weights = np.linalg.lstsq(stacked, padded, rcond=None)[0]
    predicted, wanted = (new @ weights)[20:], images.test_labels
    # A Gram matrix squares the condition, which is what makes the peak.
    exact = 1e-13 * max(np.linalg.cond(train) ** 2, 1e6) if not ridge else 1e-7
    assert row.norm == pytest.approx(np.linalg.norm(weights), rel=exact)
    assert row.error == pytest.approx(100 * np.mean(predicted.argmax(1) != wanted), abs=2)
    risk = np.mean(np.sum((predicted - (np.eye(10)[wanted] - 0.1)) ** 2, axis=1))
    assert row.risk == pytest.approx(risk, rel=exact)
    fitted = np.mean(np.sum((train @ weights - targets) ** 2, axis=1))
    assert row.train_risk == pytest.approx(fitted, rel=1e-5, abs=exact)
    if not ridge:
        assert row.freedom == pytest.approx(np.linalg.matrix_rank(train))


def test_at_all_images_the_sizes_are_the_features_at_that_width(images):
    sizes = Sizes.model_validate({"sample": SAMPLE, "width": 20, "sizes": [5, 8, 12, 20, 30, 40]})
    ours = sizes_path_of(sizes, images, FEATURES.ridges, 10, 3, PartialResults())
    theirs = path_of(FEATURES, images, 3, PartialResults())
    ours = ours[ours["size"] == 40].drop(columns="size").reset_index(drop=True)
    theirs = theirs[theirs.width == 20].drop(columns="width").reset_index(drop=True)
    pd.testing.assert_frame_equal(ours, theirs, rtol=1e-7)


def test_two_scales_are_descended_exactly():
    table = descent(SCALES, 0)
    # Without noise the risk ends at nothing, where only rounding differs.
    assert_allclose(table.risk, table.simulated, rtol=1e-9, atol=1e-15)
    assert_allclose(descent(SCALES, 0).risk, table.risk, rtol=0)
    quiet, noisy = (
        table[(table.model == TWO) & (table.noise == noise)].set_index("step")
        for noise in (0.0, 1.0)
    )
    assert quiet.risk.iloc[-1] < 1e-2  # without noise everything can be learned
    assert noisy.risk.iloc[-1] > 0.1
    # Descent never raises the error that it descends.
    assert (np.diff(noisy.train_risk) < 0).all()
    # The first step from zero, where all signal is still to be learned.
    assert quiet.risk.iloc[0] < 1.5


def test_the_model_of_one_scale_has_as_much_signal_and_ends_at_the_same_risk():
    """Least squares does not depend on the scale of the features; their noise is the same."""
    table = descent(SCALES.model_copy(update={"steps": 100_000}), 0)
    ends = table[table.step == table.step.max()].set_index(["model", "noise"]).risk
    assert ends[ONE, 1.0] == pytest.approx(ends[TWO, 1.0], rel=1e-6)
    tiny = SCALES.model_copy(update={"learning_rate": 1e-12})
    start = descent(tiny, 0).groupby(["model", "noise"]).risk.first()
    assert_allclose(start, 1 + 0.5, rtol=1e-6)


TRAINING = {"optimiser": {"kind": "sgd"}, "learning_rate": 0.1, "batch_size": 10, "steps": 30}


def step(folder, data, wildcards, **cfg):
    output = SimpleNamespace(
        trained=str(folder / "trained.safetensors"), history=str(folder / "history.safetensors")
    )

    class Outputs(list):
        trained, history = output.trained, output.history

    return SimpleNamespace(
        rule="double_descent_part",
        input=[],
        output=Outputs([output.trained, output.history]),
        wildcards=Wildcards(fromdict={"seeds": "0-1", **wildcards}),
        params=Params(
            fromdict={
                "code": {},
                "data": data,
                "cfg": {
                    **{f"double_descent.part.{key}": value for key, value in cfg.items()},
                    "double_descent.part.sample": SAMPLE,
                    "double_descent.part.training": TRAINING,
                    "double_descent.part.measurements": 4,
                    "device": "cpu",
                },
            }
        ),
    )


AVERAGING = 0.5


MLP = {"kind": "mlp", "sizes": [64, 1, 1, 10]}
RESIDUAL = {"kind": "residual", "input": [1, 8, 8], "channels": [1, 2], "blocks": 1, "classes": 10}


def trained_widths(folder, data, group, network=MLP):
    folder.mkdir()
    made = step(
        folder, data, {"group": group}, network=network, noise=[0.0, 0.2], averaging=AVERAGING
    )
    networks.main(made)
    return made.output


@pytest.mark.parametrize("network", [MLP, RESIDUAL], ids=["mlp", "residual"])
def test_a_group_of_widths_is_each_width_by_itself(tmp_path, data, network):
    together = read_history(trained_widths(tmp_path / "both", data, "4-9", network).history)
    assert sorted(together.width.unique()) == [4, 9]
    assert sorted(together.step.unique()) == [0, 1, 3, 10, 30]
    averaged = ["averaged test", "averaged validation"]
    assert sorted(together.split.unique()) == [*averaged, "test", "train", "validation"]
    keys = ["width", "noise", "seed", "split", "step"]
    for width in (4, 9):
        folder = tmp_path / str(width)
        alone = read_history(trained_widths(folder, data, str(width), network).history)
        ours = together[together.width == width].sort_values(keys, ignore_index=True)
        alone = alone.sort_values(keys, ignore_index=True)[list(ours.columns)]
        pd.testing.assert_frame_equal(ours, alone, rtol=1e-4)


def test_arms_of_a_seed_start_alike_and_part_by_their_labels(tmp_path, data):
    output = trained_widths(tmp_path / "one", data, "4")
    history = read_history(output.history)
    start = history[(history.step == 0) & (history.split == "test")]
    assert (start.groupby("seed").loss.nunique() == 1).all()
    assert start.loss.nunique() == 2
    arrays, _ = load_checkpoint(output.trained)
    assert arrays["weight0"].shape == (4, 64, 4)
    assert len({array.tobytes() for array in arrays["weight0"]}) == 4


def test_residual_networks_of_one_group_are_as_wide_as_the_widest_and_masked(tmp_path, data):
    output = trained_widths(tmp_path / "both", data, "1-3", RESIDUAL)
    arrays, _ = load_checkpoint(output.trained)
    # Two widths, each with two levels of noise and two seeds: the narrow ones first.
    weights = arrays["stage1.block0.second.weight"]
    assert weights.shape == (8, 6, 6, 3, 3)
    assert weights[:4, :2, :2].all()
    assert not weights[:4, 2:].any()
    assert not weights[:4, :, 2:].any()
    assert weights[4:].all()


def test_averaged_weights_are_those_of_all_steps_so_far(tmp_path, data):
    """At the start they are the weights; after one step their mean, at a decay of one half."""
    output = trained_widths(tmp_path / "one", data, "4")
    history = read_history(output.history).set_index(["split", "step"]).sort_index()
    start = history.loc[[("test", 0)]]
    assert_allclose(history.loc[[("averaged test", 0)]].loss, start.loss, rtol=0)
    for step in (1, 30):
        plain, averaged = (history.loc[[(split, step)]].loss for split in ("test", "averaged test"))
        assert (plain.to_numpy() != averaged.to_numpy()).all()
        # Between the start and the present weights, and nearer to the latter in the end.
        assert_allclose(plain, averaged, rtol=0.05)


def test_training_errors_are_on_the_labels_that_were_shown(tmp_path, data):
    """A network that fits its eight wrong labels of forty is wrong on none of what it was shown."""
    made = step(tmp_path, data, {"noise": "0.2"}, network={"kind": "mlp", "sizes": [64, 200, 10]})
    training = {
        "optimiser": {"kind": "adam"},
        "learning_rate": 0.01,
        "batch_size": 40,
        "steps": 300,
    }
    made.params.cfg["double_descent.part.training"] = training
    epochs.main(made)
    history = read_history(made.output.history)
    end = history[(history.step == 300) & (history.split == "train")]
    assert (end.accuracy == 100).all()
    assert (end.noise == 0.2).all()


def test_tables_hold_errors_in_percent(tmp_path, data):
    output = trained_widths(tmp_path / "one", data, "4")
    table = tables.errors([output.history], ["width", "noise", "seed"])
    plain = read_history(output.history)
    assert len(table) == len(plain)
    assert_allclose(sorted(table.error), sorted(100 - plain.accuracy))
    assert table.columns.tolist() == ["seed", "noise", "width", "step", "split", "loss", "error"]
