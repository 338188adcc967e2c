"""What the work of each step of the study should grow with, and by which factor."""

from tests.studies.work_growth import NETWORK, SEEDS, times

CHAIN = "lottery.chains.lenet"
LONG = {f"{CHAIN}.network": NETWORK, f"{CHAIN}.training": {"steps": 50, "batch_size": 4}}
TWICE = {**SEEDS, "trainings": "2"}
CASES = [
    ("long", LONG, TWICE, "trainings", "6", 3),
    ("long", LONG, TWICE, f"{CHAIN}.training.steps", times(2), 2),
]
