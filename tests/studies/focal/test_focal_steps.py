"""The steps of the study on a few scenes: members, measurements, tables."""

import math

import numpy as np
import pandas as pd
import pytest
import torch

from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.studies.focal import detectors
from workflow_scripts.studies.focal.arm_settings import DetectorArm
from workflow_scripts.studies.focal.detection import detections
from workflow_scripts.studies.focal.detectors import detector, initial, training_scenes
from workflow_scripts.studies.focal.identities import measured
from workflow_scripts.studies.focal.marks import END, MIDDLE, START
from workflow_scripts.studies.focal.measure import (
    Judged,
    calibrated,
    drawn_detections,
    pictures,
    precision,
    scored,
    spread,
)
from workflow_scripts.studies.focal.objects import Objects
from workflow_scripts.studies.focal.scene_settings import SceneSettings
from workflow_scripts.studies.focal.scenes import Stock, drawn
from workflow_scripts.studies.focal.settings import Shown
from workflow_scripts.studies.focal.tables import moments
from workflow_scripts.studies.focal.train import train_arms

SCENES = SceneSettings(
    dataset="fashion-mnist",
    downsample=4,
    size=7,
    side=16,
    target=4,
    lookalikes=(2,),
    whole=1,
    fragments=0,
    with_object=0.5,
    texture=0.2,
    grain=4,
    noise=0.02,
)
ARMS = {
    "focal": DetectorArm(gamma=2, alpha=0.25, learning_rate=0.05),
    "plain": DetectorArm(learning_rate=0.05),
    "random": DetectorArm(negatives="random-ratio", amount=3, learning_rate=0.05),
    "start": DetectorArm(prior=0.5, learning_rate=0.05),
}
TRAINING = Training.model_validate(
    {
        "optimiser": {"kind": "adam"},
        "learning_rate": 0.1,
        "batch_size": 6,
        "steps": 60,
        "schedule": {"kind": "cosine"},
    }
)


def stock(*_):
    """Objects are crosses, others are frames."""
    cross, frame = torch.zeros(1, 1, 7, 7), torch.ones(1, 1, 7, 7)
    cross[..., 3, :] = cross[..., :, 3] = 1
    frame[..., 1:-1, 1:-1] = 0
    return Stock(cross, frame)


@pytest.fixture
def trained(monkeypatch):
    monkeypatch.setattr(detectors, "stock", stock)

    def run(seeds, arms=ARMS):
        parts = list(arms.values())
        held = drawn(SCENES, stock(), 0, "held", 30)
        shown = Split(held.pictures, Objects.in_scenes(held.corners, parts * len(seeds)))
        examples = training_scenes(SCENES, 360, parts, seeds, None)
        return train_arms(SCENES, [8], arms, TRAINING, examples, shown, 1, 0.1, seeds)

    return run


def test_arms_start_from_the_same_weights_and_from_their_prior():
    network = detector(SCENES, [8], len(ARMS))
    made = initial(network, list(ARMS.values()), [5, 6])
    for name, tensor in made.items():
        assert len(tensor) == 8
        if name != network.output_bias:
            assert torch.equal(tensor[0], tensor[3])
            assert name.startswith("bias") or not torch.equal(tensor[0], tensor[4])
    bias = made[network.output_bias]
    assert bias.sigmoid().flatten().tolist() == pytest.approx(
        [0.01] * 3 + [0.5] + [0.01] * 3 + [0.5]
    )


def test_a_trained_detector_finds_objects_and_a_seed_does_not_depend_on_others(trained):
    both, curve = trained([3, 4])
    alone, _ = trained([4])
    for name, tensor in alone.items():
        assert torch.equal(tensor, both[name][4:])
    held = drawn(SCENES, stock(), 1, "test", 60)
    judged = Judged.of(held, SCENES.places, 1)
    network = detector(SCENES, [8])
    logits = scored(network, both, held)
    found = detections(logits, SCENES.places, SCENES.size, 0.5, 3)
    facts = [(seed, arm) for seed in (3, 4) for arm in ARMS]
    table = precision(logits, judged, facts, found, 1)
    assert (table[table.arm == "focal"].precision > 80).all()
    assert list(table.seed) == [3] * 4 + [4] * 4
    broken = torch.where(torch.arange(8)[:, None, None] == 2, torch.nan, logits)
    assert precision(broken, judged, facts, found, 1).precision.isna().tolist() == [
        member == 2 for member in range(8)
    ]
    arrays = curve.arrays()
    assert arrays["step"].tolist() == [0, 30, 60]
    # At a prior of one half no place is easy before training.
    assert arrays["loss"][0, [3, 7]].tolist() == [0.0, 0.0]
    assert (arrays["gradient"][0, [1, 5]] > 0.4).all()
    assert (arrays["total"][0, 3] / arrays["total"][0, 1]) > 5


def test_labels_of_judged_scenes_and_even_places():
    held = drawn(SCENES, stock(), 1, "test", 40)
    judged = Judged.of(held, SCENES.places, 1)
    objects = int((held.corners[:, 0] >= 0).sum())
    assert judged.objects == objects > 10
    logits = torch.arange(40.0 * SCENES.places**2).view(40, -1)
    scores, there = judged.even(logits)
    assert len(scores) == 2 * objects
    assert there.sum() == objects
    scores, there = judged.counting(logits)
    assert there.sum() == objects
    assert len(scores) == int(judged.counted.sum()) < logits.numel()


def test_calibration_of_scores_that_are_not_finite_is_missing():
    good = torch.linspace(-3, 3, 50), torch.arange(50) % 3 == 0
    curve, row = calibrated("focal", 7, good, good, 4)
    assert set(curve.scores) == {"as trained", "scaled"}
    assert row["seed"] == 7
    assert math.isfinite(row["error"])
    bad = good[0] * torch.nan, good[1]
    curve, row = calibrated("focal", 7, bad, good, 4)
    assert curve.empty
    assert math.isnan(row["error"])
    assert math.isnan(row["scaled"])


def test_losses_are_spread_over_objects_and_background():
    held = drawn(SCENES, stock(), 1, "test", 20)
    judged = Judged.of(held, SCENES.places, 1)
    logits = torch.randn(20, SCENES.places**2, generator=torch.Generator().manual_seed(0))
    table = spread(logits, judged, 3, [0.0, 2.0], 6)
    assert len(table) == 2 * 2 * 6
    for _, curve in table.groupby(["gamma", "places"]):
        assert curve.cumulative.iloc[0] == 0
        assert curve.cumulative.iloc[-1] == pytest.approx(1)
        assert curve.cumulative.is_monotonic_increasing
    half = table[(table.places == "background") & (table.share == 0.6)].set_index("gamma")
    assert half.cumulative[2.0] < half.cumulative[0.0]


def test_drawn_scenes_have_objects_and_ranks_count_all_detections():
    held = drawn(SCENES, stock(), 1, "test", 20)
    logits = torch.randn(2, 20, SCENES.places**2, generator=torch.Generator().manual_seed(0))
    found = detections(logits, SCENES.places, SCENES.size, 0.5, 3)
    shown = Shown(scenes=2, arms=("a", "b"), gammas=(0.0,), points=2)
    table = drawn_detections(found, held, 1, shown)
    pixels = pictures(held, 2)
    assert sorted(table.scene.unique()) == sorted(pixels.scene.unique())
    assert (pixels.object_row >= 0).all()
    assert len(pixels) == 2 * SCENES.side**2
    for _, each in table.iterrows():
        member = ["a", "b"].index(each.arm)
        own = found.scores[member, each.scene, each.number]
        assert each["rank"] == 1 + int((found.scores[member] > own).sum())


def test_identities_hold_and_their_rivals_do_not():
    table = measured(3, 500, 0.1)
    assert (table.difference < 1e-12).all()
    assert (table.mismatch > 0.5).all()


def test_moments_are_the_first_middle_and_last_step():
    table = pd.DataFrame({"step": [5, 0, 10], "split": "s", "loss": np.arange(3.0)})
    assert moments(table).moment.tolist() == [MIDDLE, START, END]
    with pytest.raises(ValueError, match="2 steps"):
        moments(table.head(2))
