"""What the work of each step of the study should grow with, and by which factor."""

from tests.studies.work_growth import NETWORK, SEEDS, times

A = "connectivity.minima.a"
NET = {
    f"{A}.network": NETWORK,
    f"{A}.sample": {"dataset": "mnist-1d", "train": 90, "test": 10},
}
M = "connectivity.measurement"
PATHS = NET | {f"{M}.positions": 10, f"{M}.train": 90}
PLANE = NET | {f"{M}.plane_positions": 10, f"{M}.train": 90}
BRANCHES = NET | {f"{M}.line_positions": 10, f"{M}.train": 40}
MATCHING = NET | {f"{M}.line_positions": 10, f"{M}.random_orders": 2, f"{M}.matching": 5}
PARTED = NET | {f"{A}.training": {"steps": 100, "batch_size": 10}, f"{A}.part": [0]}
CASES = [
    ("paths", PATHS, SEEDS, f"{M}.positions", times(3), 3),
    ("plane", PLANE, SEEDS, f"{M}.plane_positions", times(2), 4),
    ("branches", BRANCHES, SEEDS, f"{M}.train", 90, 2),
    ("matching", MATCHING, SEEDS, f"{M}.matching", times(2), 2),
    ("parted", PARTED, SEEDS, f"{A}.part", [0, 50], 1.75),
    ("flatness", NET | {f"{M}.curvature": 10}, SEEDS, f"{M}.curvature", times(2), 2),
]
