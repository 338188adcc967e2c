"""What the work of each step of the study should grow with, and by which factor."""

from tests.studies.work_growth import NETWORK, SEEDS, times

TRAINING = {"steps": 50, "batch_size": 4}
ARM = {"task": "t", "rates": [1, 2], "radii": [0], "copies": 1, "training": TRAINING}
TASK = {"network": NETWORK, "sample": {"train": 300}}
ONE = {"sharpness.arms.a": ARM, "sharpness.tasks.t": TASK}
MEASURED = ONE | {"sharpness.measures": {"trace_vectors": 20}}
RESCALED = ONE | {"sharpness.rescaling": {"factors": [1, 2]}}
PICTURED = ONE | {"sharpness.slices": {"points": 10, "plane_points": 0}}
CASES = [
    ("train", ONE, SEEDS, "sharpness.arms.a.rates", [1, 2, 3, 4], 2),
    ("train", ONE, SEEDS, "sharpness.arms.a.copies", times(3), 3),
    ("measure", MEASURED, SEEDS, "sharpness.measures.trace_vectors", times(3), 3),
    ("pictures", PICTURED, SEEDS, "sharpness.slices.points", times(3), 3),
    ("rescale", RESCALED, SEEDS, "sharpness.rescaling.factors", [1, 2, 3, 4], 2),
]
