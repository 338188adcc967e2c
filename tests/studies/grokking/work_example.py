"""What the work of each step of the study should grow with, and by which factor."""

from tests.studies.work_growth import SEEDS, times

CFG = {
    "grokking.conditions.main.table": {"operation": "add", "size": 101, "fraction": 0.25},
    "grokking.conditions.main.network": {"kind": "pair-mlp", "embedding": 4, "hidden": 8},
    "grokking.conditions.main.training": {"steps": 100},
}
CASES = [
    ("train", CFG, SEEDS, "grokking.conditions.main.training.steps", times(2), 2),
    ("train", CFG, SEEDS, "grokking.conditions.main.table.fraction", times(2), 2),
]
