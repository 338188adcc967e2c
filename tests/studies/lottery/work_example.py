"""What the work of each step of the study should grow with, and by which factor."""

from tests.studies.work_growth import NETWORK, SEEDS, times

CHAIN = "lottery.chains.lenet"
LONG = {f"{CHAIN}.network": NETWORK, f"{CHAIN}.training": {"steps": 50, "batch_size": 4}}
TWICE = {**SEEDS, "trainings": "2"}
LINES = {
    f"{CHAIN}.network": NETWORK,
    f"{CHAIN}.sample": {"test": 3000},
    "lottery.instability.points": [0, 5],
    "lottery.instability.line": 7,
}
CASES = [
    ("instability", LINES, SEEDS, "lottery.instability.line", times(3), 3),
    ("instability", LINES, SEEDS, f"{CHAIN}.sample.test", 7000, 2),
    ("long", LONG, TWICE, "trainings", "6", 3),
    ("long", LONG, TWICE, f"{CHAIN}.training.steps", times(2), 2),
]
