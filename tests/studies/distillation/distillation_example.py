"""Made-up tables of the study, in which every effect is as large as one wants it to be."""

import numpy as np
import pandas as pd

from tests.studies.study_example import StudyExample
from workflow_scripts.evidence.claims.row import Verdict
from workflow_scripts.studies.distillation.marks import (
    AGAIN,
    COOL,
    ENSEMBLE,
    EVERYTHING,
    FEW,
    HARD,
    HOT,
    LEVEL,
    PERMUTATION,
    PERMUTED,
    PSEUDO,
    REPETITION,
    SAME,
    SELF,
    SMOOTHED,
    SOFT,
    STUDENT_AND_TEACHER,
    STUDENTS,
    TEACHER,
    TEACHERS,
    TINY,
    UNTRAINED,
)

SEEDS = range(100, 120)
BATCHES = ["100-104", "105-109", "110-114", "115-119"]
SMALL = "few-8"
CFG = {
    "scale": "laptop",
    "distillation.seeds": BATCHES,
    "distillation.judged": [5, 9],
    "distillation.names": [f"class {number}" for number in range(10)],
    "distillation.curves": {FEW: "64 units", SMALL: "8 units"},
    "distillation.sizes": {TINY: "2 units", EVERYTHING: "64 units", SELF: "as the teacher"},
}
TEMPERATURES = {COOL: 1.0, "t-2": 2.0, SOFT: 4.0, "t-8": 8.0, "t-10": 10.0, "t-20": 20.0}

# In this world every claim is true and every control comes out the other way.
WORLD = {
    "soft": 3.4,  # pp of accuracy over labels, with few examples
    "cool": 2.7,
    "permuted": 0.9,
    "level": 2.1,
    "smoothed": 0.2,
    "untrained": -0.1,
    "hot": -0.1,
    "same": 0.0,  # over the targets that it should equal
    "recall": 85.0,  # % of the omitted classes, after the bias was raised
    "recall_hard": 0.1,
    "recall_permuted": 2.0,
    "ensemble": 0.2,  # pp over the student of one teacher
    "again": 0.0,
    "distilled": 0.8,  # pp over labels, with more examples
    "kept": 98.0,  # % of the teacher's accuracy
    "tiny": 80.0,
    "parameters": 16.0,  # % of the teacher's
    "multiply_adds": 16.0,
    "agreement": 92.0,
    "mutual": 94.0,
    "spread": 1.0,
    "common": False,  # whether seeds differ by the same everywhere, to the last bit
}


def noise(number, seed, world):
    """What seeds differ by: five in a row have the mean zero, in another order each `number`."""
    if world["common"]:
        return 0.0
    pattern = np.roll([-2.0, -1.0, 0.1, 1.0, 1.9], number)
    return world["spread"] * 0.01 * pattern[seed % 5] * (1 + 0.03 * ((seed - SEEDS[0]) // 5))


def tables(**changes):
    """The study's tables in `WORLD` with some of its parts changed."""
    world = WORLD | changes
    shown = [(seed, label) for seed in SEEDS[::5] for label in (9, 7, 5, 3)]
    return {
        "students": pd.DataFrame(_students(world)).astype({"temperature": object}),
        "omitted": pd.DataFrame(_omitted(world)),
        "agreements": pd.DataFrame(_agreements(world)),
        "identities": pd.DataFrame(_identities(world)),
        "pictures": pd.DataFrame(
            {"seed": seed, "example": label, "label": label, "pixels": "x" + bytes(range(16)).hex()}
            for seed, label in shown
        ),
        "speech": pd.DataFrame(_speech(world, shown)),
    }


def _students(world):
    level = {seed: 80.0 + 0.125 * (seed - SEEDS[0]) for seed in SEEDS}
    teacher = {seed: 86.0 + noise(1, seed, world) for seed in SEEDS}
    few = {
        HARD: 0.0, SMOOTHED: world["smoothed"], UNTRAINED: world["untrained"], HOT: world["hot"],
        PSEUDO: 1.0, PERMUTED: world["permuted"], LEVEL: world["level"], COOL: world["cool"],
        "t-2": 3.3, SOFT: world["soft"], "t-8": 3.3, "t-10": 3.2, "t-20": 3.0,
    }  # fmt: skip
    rows = []

    def add(seed, lesson, arm, accuracy, share, copy=0, temperature=1.0, source="teacher"):
        rows.append({
            "lesson": lesson, "arm": arm, "omitted": -1, "copy": copy, "seed": seed,
            "source": source, "wrong": "kept" if arm not in (SAME, LEVEL, PERMUTED) else arm,
            "temperature": temperature, "accuracy": accuracy,
            "parameters": round(share[0] * 800), "multiply_adds": round(share[1] * 799),
        })  # fmt: skip

    ours = (world["parameters"], world["multiply_adds"])
    for seed in SEEDS:
        for number, (arm, gain) in enumerate(few.items()):
            own = level[seed] + gain + (noise(number + 2, seed, world) if gain else 0.0)
            hot = TEMPERATURES.get(arm, 1.0)
            source = "labels" if arm in (HARD, HOT) else "teacher"
            source = arm if arm in (SMOOTHED, UNTRAINED, PSEUDO) else source
            add(seed, FEW, arm, own, ours, temperature=hot, source=source)
            if arm == SOFT:
                add(seed, FEW, SAME, own + world["same"], ours, temperature=hot)
            if arm in TEMPERATURES or arm == HARD:
                add(seed, SMALL, arm, own - 5, (2, 2), temperature=hot, source=source)
        kept = teacher[seed] * (world["kept"] / 100 + 0.01 * noise(2, seed, world))
        for copy in range(2):
            shift = 0.0 if world["common"] else 0.01 * copy
            add(seed, EVERYTHING, SOFT, kept + shift, ours, copy)
            for number, arm in ((3, ENSEMBLE), (4, AGAIN)):
                gain = world[arm] + noise(number, seed, world) + shift
                add(seed, EVERYTHING, arm, kept + gain, ours, copy)
            add(seed, TEACHER, TEACHER, teacher[seed] + shift, (100, 100), copy, source=np.nan)
        hard = kept - world["distilled"] + noise(5, seed, world)
        add(seed, EVERYTHING, HARD, hard, ours, source="labels")
        add(seed, TEACHER, ENSEMBLE, teacher[seed] + 0.6, (500, 500), source=np.nan)
        small = teacher[seed] * (world["tiny"] / 100 + 0.01 * noise(6, seed, world))
        for arm in (SOFT, HARD):
            add(seed, TINY, arm, small, (1, 1))
            add(seed, SELF, arm, kept + 0.5 + noise(7, seed, world), (100, 100))
    return rows


def _omitted(world):
    after = {SOFT: world["recall"], PERMUTED: world["recall_permuted"], HARD: world["recall_hard"]}
    rows = []
    for seed in SEEDS:
        for number in (5, 7, 9):
            for place, (arm, recall) in enumerate(after.items()):
                own = max(recall + noise(place, seed, world), 0.0)
                for moment, value, bias in (("before", own / 2, 0.0), ("after", own, 1.0)):
                    rows.append({"arm": arm, "omitted": number, "copy": 0, "seed": seed,
                                 "moment": moment, "recall": value, "accuracy": 80.0,
                                 "bias": bias})  # fmt: skip
            rows.append({"arm": TEACHER, "omitted": number, "copy": 0, "seed": seed,
                         "moment": "before", "recall": 93.0 + noise(4, seed, world),
                         "accuracy": 86.0, "bias": 0.0})  # fmt: skip
    return rows


def _agreements(world):
    return [
        {"seed": seed, "copy": copy, "pair": pair,
         "agreement": value + noise(number, seed, world) + (0 if world["common"] else 0.01 * copy)}
        for seed in SEEDS
        for copy in range(2)
        for number, (pair, value) in enumerate(
            ((STUDENT_AND_TEACHER, world["agreement"]), (STUDENTS, world["mutual"]),
             (TEACHERS, 91.0))
        )
    ]  # fmt: skip


def _identities(world):
    return [
        {"seed": seed, "identity": identity, "difference": abs(world["same"]),
         "mismatch": 0.3 * (1 + noise(0, seed, world))}
        for seed in SEEDS
        for identity in (PERMUTATION, REPETITION)
    ]  # fmt: skip


def _speech(world, shown):
    rows = []
    for seed, label in shown:
        for temperature in (1.0, 4.0):
            top = 0.95 if temperature == 1 else 0.4 + world["soft"] / 20
            for number in range(10):
                share = top if number == label else (1 - top) / 9
                rows.append({"seed": seed, "label": label, "temperature": temperature,
                             "class": number, "probability": share})  # fmt: skip
    return rows


SAME_BITS = {"common": True}
NO_GAIN = {"soft": 0.0, "cool": 0.0, "permuted": 0.0, "level": 0.0}
NULL = {
    "soft-beats-hard": {
        "absent": NO_GAIN,
        "identical": {**NO_GAIN, "smoothed": 0.0, "untrained": 0.0, **SAME_BITS},
    },
    "temperature": {
        "absent": {"cool": 3.4},
        "identical": {"cool": 3.4, "hot": 0.0, **SAME_BITS},
    },
    "dark-knowledge": {
        "absent": {"permuted": 3.4, "level": 3.4},
        "identical": {**NO_GAIN, **SAME_BITS},
    },
    "omitted-class": {
        "absent": {"recall": 2.0},
        "identical": {"recall": 0.0, "recall_hard": 0.0, "recall_permuted": 0.0, **SAME_BITS},
    },
    "ensemble": {
        "absent": {"ensemble": 0.0},
        "identical": {"ensemble": 0.0, "again": 0.0, **SAME_BITS},
    },
    "compression": {
        "absent": {"kept": 90.0, "distilled": 0.0},
        "identical": {"kept": 97.0, "tiny": 97.0, "distilled": 0.0, **SAME_BITS},
    },
    "fidelity": {
        "absent": {"agreement": 99.0},
        "identical": {"agreement": 95.0, "mutual": 95.0, **SAME_BITS},
    },
}

EXAMPLE = StudyExample(
    study="distillation",
    cfg=CFG,
    tables=tables,
    reversed={
        "soft-beats-hard": [{"soft": 0.5}, {"soft": -1.0}],
        "temperature": [{"cool": 3.9}],
        "dark-knowledge": [{"permuted": 4.0}, {"permuted": 2.5}, {"level": 4.0}],
        "omitted-class": [{"recall": 40.0}],
        "ensemble": [{"ensemble": -0.2}],
        "compression": [
            {"kept": 95.0},
            {"distilled": -0.5},
            {"parameters": 70.0},
            {"multiply_adds": 63.0},
        ],
        "fidelity": [{"agreement": 97.0, "mutual": 98.0}, {"kept": 96.0}],
    },
    control_fails={
        "soft-beats-hard": [{"smoothed": 2.0}, {"untrained": 2.0}],
        "temperature": [{"hot": 1.0}],
        "dark-knowledge": [{"same": 0.1}, {"same": -0.1}],
        "omitted-class": [{"recall_hard": 5.0}, {"recall_permuted": 40.0}],
        "ensemble": [{"again": 0.5}],
        "compression": [{"tiny": 99.0}],
        "fidelity": [{"mutual": 91.0}],
    },
    null=NULL,
    on_the_margin={
        "soft-beats-hard": [{"soft": 1.0}],
        "temperature": [{"cool": 3.4}],
        "omitted-class": [{"recall": 50.0}],
        "ensemble": [{"ensemble": 0.0}],
        "compression": [{"kept": 97.0}],
        "fidelity": [{"agreement": 95.0, "mutual": 97.0}],
    },
    noisy=lambda: tables(spread=500.0),
    unsettled=dict.fromkeys(
        ["soft-beats-hard", "temperature", "dark-knowledge", "ensemble", "fidelity"],
        Verdict.UNDECIDED,
    ),
    reads={
        "students": {
            "soft-beats-hard", "temperature", "dark-knowledge", "ensemble", "compression",
            "fidelity",
        },
        "omitted": {"omitted-class"},
        "agreements": {"fidelity"},
    },
    other=lambda: tables(
        soft=2.0, cool=1.0, recall=70.0, ensemble=0.5, kept=97.5, distilled=0.4, agreement=90.0
    ),
)  # fmt: skip
