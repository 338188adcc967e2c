"""What the work of each step of the study should grow with, and by which factor."""

from tests.studies.work_growth import SEEDS, times

CAPACITY = {"hopfield.capacity.trials": 5, "hopfield.capacity.sweeps": 7}
RECALL = {"hopfield.recall": {"size": 10, "trials": 3, "sweeps": 4}}
REGIMES = {"hopfield.regimes": {"stored": 10, "queries": 3, "betas": [1]}}
SPHERES = {"hopfield.spheres": {"dimensions": [10], "most": 4, "queries": 3}}
ORDERS = [{"order": 3, "sizes": [10]}]
LARGER = [{"order": 3, "sizes": [20]}]
DENSE = {"hopfield.dense": {"orders": ORDERS, "loads": [1.0], "trials": 2}}
CASES = [
    ("capacity", CAPACITY, {**SEEDS, "size": "100"}, "size", "300", 9),
    ("recall", RECALL, SEEDS, "hopfield.recall.size", times(2), 4),
    ("images", REGIMES, SEEDS, "hopfield.regimes.stored", times(2), 2),
    ("spheres", SPHERES, SEEDS, "hopfield.spheres.most", 6, 4),
    ("dense", DENSE, SEEDS, "hopfield.dense.orders", LARGER, 8),
]
