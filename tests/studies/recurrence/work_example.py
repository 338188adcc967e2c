"""What the work of each step of the study should grow with, and by which factor."""

from tests.studies.work_growth import SEEDS, times

CONDITION = "recurrence.conditions.lstm"
TASK = {"kind": "recall", "length": 200, "symbols": 4, "lags": [5, 5]}
LSTM = {"kind": "lstm", "hidden": 1000}
TRAIN = {
    f"{CONDITION}.task": TASK,
    f"{CONDITION}.network": LSTM,
    f"{CONDITION}.training": {"steps": 100, "batch_size": 32},
    f"{CONDITION}.every": 1_000_000,
    "recurrence.held_out": 10,
}
MEASURED = {**TRAIN, f"{CONDITION}.every": 10, "recurrence.held_out": 1_000_000}
GRADIENTS = {
    "recurrence.gradients": {
        "length": 40,
        "long": 50,
        "sequences": 2,
        "networks": {"gru": {"kind": "gru", "hidden": 8}},
        "trained": [],
        "fitted": [5, 35],
        "far": 15,
    }
}
TRAINED = {
    **GRADIENTS,
    "recurrence.gradients": {
        **GRADIENTS["recurrence.gradients"],
        "networks": {},
        "trained": ["lstm"],
    },
    f"{CONDITION}.network": LSTM,
}
MEMORY = {
    "recurrence.memory": {
        "lengths": [30, 60, 90],
        "window": 20,
        "networks": {"rnn": {"kind": "rnn", "hidden": 1000}},
        "batch": 4,
    }
}
IDENTITIES = {
    "recurrence.identities": {
        "cells": ["rnn", "lstm", "gru"],
        "draws": 1,
        "length": 5,
        "hidden": 1000,
        "symbols": 5,
    }
}
NAMED = {**SEEDS, "condition": "lstm"}
CASES = [
    ("train", TRAIN, NAMED, f"{CONDITION}.training.steps", times(2), 2),
    ("train", TRAIN, NAMED, f"{CONDITION}.training.batch_size", times(2), 2),
    ("train", TRAIN, NAMED, f"{CONDITION}.network.hidden", times(2), 4),
    # A place through which no gradient flows is only read.
    ("train", TRAIN, NAMED, f"{CONDITION}.network", {**LSTM, "window": 50}, 0.5),
    ("train", TRAIN, NAMED, f"{CONDITION}.network", {"kind": "rnn", "hidden": 1000}, 0.25),
    ("train", MEASURED, NAMED, "recurrence.held_out", times(3), 3),
    ("train", MEASURED, NAMED, f"{CONDITION}.every", times(2), 0.5),
    ("gradients", GRADIENTS, SEEDS, "recurrence.gradients.long", times(2), 2),
    ("gradients", TRAINED, SEEDS, "recurrence.gradients.length", times(3), 3),
    ("gradients", TRAINED, SEEDS, "recurrence.gradients.sequences", times(3), 3),
    ("memory", MEMORY, SEEDS, "recurrence.memory.lengths", [60, 120, 180], 2),
    ("memory", MEMORY, SEEDS, "recurrence.memory.batch", times(3), 3),
    ("identities", IDENTITIES, SEEDS, "recurrence.identities.hidden", times(2), 4),
    ("identities", IDENTITIES, SEEDS, "recurrence.identities.draws", times(2), 2),
]
