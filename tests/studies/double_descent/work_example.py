"""What the work of each step of the study should grow with, and by which factor."""

from tests.studies.work_growth import SEEDS

WIDTHS = {
    "double_descent.networks.network": {"kind": "mlp", "sizes": [40, 1, 1, 10]},
    "double_descent.networks.noise": [0, 0.1],
    "double_descent.networks.training": {"steps": 100, "batch_size": 10},
}
RESIDUAL = WIDTHS | {
    "double_descent.networks.network": {
        "kind": "residual",
        "input": [1, 40],
        "channels": [1, 2],
        "blocks": 1,
        "classes": 10,
    }
}
FEATURES = {"double_descent.features": {"sample": {"train": 1000}, "widths": [100_000]}}
SIZES = {"double_descent.sizes": {"sizes": [100], "width": 100}}
CASES = [
    ("networks", WIDTHS, {**SEEDS, "group": "5-20"}, "group", "5-10-20", 1.5),
    ("networks", RESIDUAL, {**SEEDS, "group": "5-20"}, "group", "5-10-20", 1.5),
    # Convolutions between as many channels each, but for the first.
    ("networks", RESIDUAL, {**SEEDS, "group": "20"}, "group", "40", 4),
    # n² (10 n + d) at n = 1000
    ("features", FEATURES, SEEDS, "double_descent.features.widths", [200_000], 210 / 110),
    ("sizes", SIZES, SEEDS, "double_descent.sizes", {"sizes": [200], "width": 200}, 8),
]
