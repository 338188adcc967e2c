"""What the work of each step of the study should grow with, and by which factor."""

from tests.studies.work_growth import SEEDS, times

SCENES = {
    "dataset": "fashion-mnist",
    "downsample": 2,
    "size": 14,
    "side": 64,
    "target": 4,
    "lookalikes": [2],
    "whole": 1,
    "fragments": 1,
    "with_object": 0.5,
    "texture": 0.3,
    "grain": 8,
    "noise": 0.1,
}
ARMS = {"focal": {"gamma": 2}, "plain": {}}
TRAIN = {
    "focal.scenes": SCENES,
    "focal.hidden": [8],
    "focal.arms": ARMS,
    "focal.training": {"steps": 100, "batch_size": 12},
}
MEASURE = {
    "focal.scenes": SCENES,
    "focal.hidden": [8],
    "focal.arms": ARMS,
    "focal.held": {"test": 600, "validation": 400},
}
CASES = [
    ("train", TRAIN, SEEDS, "focal.training.steps", times(3), 3),
    ("train", TRAIN, SEEDS, "focal.arms", {name: {} for name in "abcd"}, 2),
    ("train", TRAIN, SEEDS, "focal.hidden", [16], 2),
    # 115 places in a row instead of 51.
    ("train", TRAIN, SEEDS, "focal.scenes.side", 128, (115 / 51) ** 2),
    # Two arms on 600 scenes and three detectors on 400.
    ("measure", MEASURE, SEEDS, "focal.held", {"test": 1200, "validation": 800}, 2),
    ("identities", {"focal.identities": {"draws": 10}}, SEEDS, "focal.identities.draws", 30, 3),
]
