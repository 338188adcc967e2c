"""What the work of each step of the study should grow with, and by which factor."""

from tests.studies.work_growth import SEEDS, times

TRAINING = {"steps": 10, "batch_size": 8}
ADAM = {"a.trained.training": TRAINING}
TUNED = {**ADAM, "a.trained.tuning": {"seeds": ["0-1"], "rates": [1, 2]}}
DESCENT = {"a.trained.points": 9, "a.trained.iterations": 5}
DEEP = {"a.deep": {"depths": [1, 3], "width": 8, "training": TRAINING}}
CONSTRUCTED = {"a.widths": [4, 8], "a.places": {"inside": 100}}
INTERPOLATED = {"a.polynomials": {"degrees": [4, 8]}, "a.places": {"inside": 100}}
COMPOSED = {"a.tents": {"fitted": [1], "places": 9}}
FUNCTIONS = {**SEEDS, "functions": "others"}
GROUP = {**FUNCTIONS, "group": "4-16"}
CASES = [
    ("train", ADAM, GROUP, "a.trained.training.steps", times(3), 3),
    ("tune", TUNED, {"group": "4-16"}, "a.trained.tuning.rates", [1, 2, 3, 4], 2),
    ("descend", DESCENT, GROUP, "a.trained.iterations", times(2), 2),
    ("deep", DEEP, SEEDS, "a.deep.training", {"steps": 20, "batch_size": 8}, 2),
    ("construct", CONSTRUCTED, FUNCTIONS, "a.places.inside", times(2), 2),
    ("interpolate", INTERPOLATED, SEEDS, "a.places.inside", times(2), 2),
    ("compose", COMPOSED, SEEDS, "a.tents.places", times(2), 4),
]
