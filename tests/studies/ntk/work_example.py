"""What the work of each step of the study should grow with, and by which factor."""

from tests.studies.work_growth import SEEDS, times

WIDTHS = {
    "ntk.widths.task": {"inputs": 5, "examples": 8},
    "ntk.widths.alphas": [1.0, 0.1],
    "ntk.widths.depths.2": [8, 16],
}
DEEP = {**WIDTHS, "ntk.widths.depths.3": [1000, 2000]}
PARITY = {
    "ntk.parity": {
        "inputs": 10,
        "examples": 40,
        "width": 16,
        "alphas": [0.1, 10],
        "descent": {"steps": 100},
    }
}
IMAGES = {"ntk.images": {"sizes": [40], "width": 8, "descent": {"steps": 20}}}
TWO, THREE = {**SEEDS, "layers": "2"}, {**SEEDS, "layers": "3"}
CASES = [
    ("widths", WIDTHS, TWO, "ntk.widths.task.examples", times(2), 2),
    ("widths", WIDTHS, TWO, "ntk.widths.alphas", [1.0, 0.3, 0.2, 0.1], 2),
    # The middle layer has the square of the width.
    ("widths", DEEP, THREE, "ntk.widths.depths.3", [2000, 4000], 4),
    ("parity", PARITY, SEEDS, "ntk.parity.width", times(3), 3),
    ("parity", PARITY, SEEDS, "ntk.parity.descent", {"steps": 200}, 2),
    ("images", IMAGES, SEEDS, "ntk.images.sizes", [40, 80], 3),
    ("images", IMAGES, SEEDS, "ntk.images.descent", {"steps": 40}, 2),
]
