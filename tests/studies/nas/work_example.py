"""What the work of each step of the study should grow with, and by which factor."""

from tests.studies.work_growth import SEEDS, times

SPACES = {"small": {"operations": "cs", "free": [0, 2]}}
TRAINING = {"optimiser": {"kind": "adam"}, "learning_rate": 0.1, "batch_size": 8, "steps": 100}
CELLS = {
    "nas.cells": {
        "seeds": ["100-101"],
        "training": TRAINING,
        "halves": [2, 4],
        "members": 4,
        "parts": 1,
        "hand": "cccscc",
    },
    "nas.spaces": SPACES,
    "nas.body": {"channels": 8},
    "nas.signals": {"length": 40},
}
AGAIN = {**CELLS, "nas.table": {"retrained": 2}}
SEARCH = {
    "nas.search": {"repetitions": 10, "trainings": [1, 100]},
    "nas.spaces": SPACES,
}
DARTS = {
    "nas.supernets.first": {"space": "small", "training": TRAINING, "factor": 1.0, "every": 10},
    "nas.spaces": SPACES,
    "nas.body": {"channels": 8},
    "nas.signals": {"length": 40},
}
SCALED = {
    "nas.compound.networks.base": {"length": 40, "channels": [4, 8], "blocks": 1, "rate": 0.1},
    "nas.compound.training": {"steps": 100, "batch_size": 8},
}
PART = {"part": "0"}
LONGER = {**TRAINING, "steps": 200}
SUPERNET, NETWORK = {**SEEDS, "supernet": "first"}, {**SEEDS, "network": "base"}
BODY = {"channels": 16}
CASES = [
    ("part", CELLS, PART, "nas.cells.training", LONGER, 2),
    ("part", CELLS, PART, "nas.cells.seeds", ["100-103"], 2),
    ("part", CELLS, PART, "nas.body", BODY, 4),
    ("part", CELLS, PART, "nas.signals.length", times(2), 2),
    ("retrained", AGAIN, {}, "nas.table.retrained", times(3), 3),
    ("search", SEARCH, SEEDS, "nas.search.repetitions", times(2), 2),
    ("search", SEARCH, SEEDS, "nas.search.trainings", [1, 300], 3),
    ("darts", DARTS, SUPERNET, "nas.supernets.first.training", LONGER, 2),
    ("darts", DARTS, SUPERNET, "nas.supernets.first.order", 2, 2),
    ("darts", DARTS, SUPERNET, "nas.body", BODY, 4),
    ("scaled", SCALED, NETWORK, "nas.compound.networks.base.blocks", times(2), 2),
    ("scaled", SCALED, NETWORK, "nas.compound.networks.base.length", times(2), 2),
    ("scaled", SCALED, NETWORK, "nas.compound.training.steps", times(2), 2),
]
