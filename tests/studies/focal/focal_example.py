"""Made-up tables of the study, in which every effect is as large as one wants it to be."""

import numpy as np
import pandas as pd

from tests.studies.study_example import StudyExample
from workflow_scripts.evidence.claims.row import Verdict
from workflow_scripts.studies.focal.marks import (
    BACKGROUND,
    END,
    GRADIENT,
    HALF,
    HUNDREDFOLD,
    MIDDLE,
    OBJECTS,
    SCALED,
    START,
    TRAINED,
    VALUE,
)

SEEDS = range(100, 120)
ROLES = {
    "focal": "focal",
    "steep": "steep",
    "plain": "alpha-50",
    "usual": ["alpha-50", "alpha-75"],
    "extreme": ["alpha-99"],
    "rivals": ["hardest", "random"],
    "matched": "matched",
    "weighted": "alpha-99",
    "unbiased": "no-prior",
    "unbiased_focal": "focal-no-prior",
    "uniform": "uniform",
    "unbiased_uniform": "uniform-no-prior",
}
CFG = {
    "scale": "laptop",
    "focal.seeds": ["100-109", "110-119"],
    "focal.roles": ROLES,
    "focal.shown": {"scenes": 2, "arms": ["focal", "hardest"], "gammas": [0, 2], "points": 5},
    "focal.arms": {
        "focal": {"gamma": 2, "alpha": 0.25, "learning_rate": 0.01},
        "steep": {"gamma": 5, "alpha": 0.25, "learning_rate": 0.01},
        "alpha-50": {"learning_rate": 0.01},
        "alpha-75": {"alpha": 0.75, "learning_rate": 0.01},
        "alpha-99": {"alpha": 0.99, "learning_rate": 0.01},
        "matched": {"prior": 6e-5, "learning_rate": 0.01},
        "hardest": {"negatives": "hardest-ratio", "amount": 3, "learning_rate": 0.01},
        "random": {"negatives": "random-ratio", "amount": 9, "learning_rate": 0.01},
        "no-prior": {"alpha": 0.99, "prior": 0.5, "learning_rate": 0.01},
        "focal-no-prior": {"gamma": 2, "alpha": 0.25, "prior": 0.5, "learning_rate": 0.01},
        "uniform": {"negatives": "random-ratio", "amount": 1, "learning_rate": 0.01},
        "uniform-no-prior": {
            "negatives": "random-ratio",
            "amount": 1,
            "prior": 0.5,
            "learning_rate": 0.01,
        },
    },
    "focal.scenes.size": 4,
}
SIDE = 12

# In this world every claim is true and every control comes out the other way.
WORLD = {
    "focal": 30.0,  # average precision by arm
    "steep": 26.0,
    "alpha-50": 20.0,
    "alpha-75": 21.0,
    "alpha-99": 27.0,
    "matched": 31.0,
    "hardest": 29.0,
    "random": 28.0,
    "no-prior": 10.0,
    "focal-no-prior": 8.0,
    "uniform": 20.0,
    "uniform-no-prior": 20.0,
    "plain_start": (97.0, 99.0),  # shares of easy negatives in the loss and its gradient
    "plain_middle": (60.0, 70.0),
    "focal_start": (10.0, 12.0),
    "focal_middle": (8.0, 9.0),
    "balanced": (2.0, 3.0),
    "blow_up": 60.0,  # loss before training without the prior, relative
    "error": -0.2,  # of calibration: focal loss, then scaled, cross-entropy, balanced
    "scaled": -0.02,
    "plain_error": 0.0,
    "even_error": 0.01,
    "spread": 1.0,
    "common": False,  # whether seeds differ by the same everywhere, to the last bit
    "never": False,  # whether every detector diverges
}


def noise(number, seed, world):
    """What seeds differ by: five in a row have the mean zero, in another order each `number`."""
    if world["common"]:
        return 0.0
    pattern = np.roll([-2.0, -1.0, 0.1, 1.0, 1.9], number)
    size = world["spread"] * 0.1 * (1 + 0.3 * (number // 5))
    return size * pattern[seed % 5] * (1 + 0.03 * ((seed - SEEDS[0]) // 5))


def tables(**changes):
    """The study's tables in `WORLD` with some of its parts changed."""
    world = WORLD | changes
    return {
        "precision": _precision(world),
        "shares": _shares(world),
        "calibration": _calibration(world),
        "reliability": _reliability(world),
        "cumulative": _cumulative(world),
        "found": _found(world),
        "pictures": _pictures(world),
        "identities": _identities(world),
    }


def _precision(world):
    rows = []
    for number, arm in enumerate(CFG["focal.arms"]):
        for seed in SEEDS:
            value = world[arm] + noise(number, seed, world)
            value = np.nan if world["never"] else value
            recall = 90 + 0.1 * (seed - SEEDS[0])
            rows.append({"seed": seed, "arm": arm, "precision": value, "recall": recall})
    return pd.DataFrame(rows)


def _shares(world):
    rows = []
    for seed in SEEDS:
        for number, moment in enumerate((START, MIDDLE, END)):
            late = {START: START, MIDDLE: MIDDLE, END: MIDDLE}[moment]
            for arm, name in (("focal", "focal"), ("alpha-50", "plain")):
                loss, gradient = world[f"{name}_{late}"]
                shift = [noise(number + each, seed, world) for each in range(4)]
                row = {
                    "seed": seed,
                    "arm": arm,
                    "step": 10 * number,
                    "moment": moment,
                    "loss": loss + shift[0],
                    "gradient": gradient + shift[1],
                    "balanced_loss": world["balanced"][0] + shift[2],
                    "balanced_gradient": world["balanced"][1] + shift[3],
                    "total": 5.0,
                }
                rows.append(row)
            for each, (arm, total) in enumerate(
                (("alpha-99", 5.0), ("no-prior", 5.0 * world["blow_up"]))
            ):
                total *= np.exp(0.1 * noise(each, seed, world))
                row = {"seed": seed, "arm": arm, "step": 10 * number, "moment": moment}
                part = dict.fromkeys(("loss", "gradient"), 1.0)
                part |= dict.fromkeys(("balanced_loss", "balanced_gradient"), 0.0)
                rows.append(row | part | {"total": total})
    return pd.DataFrame(rows)


def _calibration(world):
    rows = []
    for seed in SEEDS:
        small = [0.01 * noise(number, seed, world) for number in range(3)]
        # Without sign, differences between seeds would be an error of their own.
        small.append(0.01 * noise(3, seed, world | {"spread": min(1.0, world["spread"])}))
        for arm, error, scaled in (
            ("focal", world["error"] + small[0], world["scaled"] + small[1]),
            ("alpha-50", world["plain_error"] + small[2], 0.0),
            ("uniform-no-prior", world["even_error"] + small[3], 0.0),
        ):
            rows.append({"seed": seed, "arm": arm, "temperature": 0.5, "error": error,
                         "scaled": scaled})  # fmt: skip
    return pd.DataFrame(rows)


def _reliability(world):
    rows = []
    for seed in SEEDS:
        for arm in ("focal", "alpha-50", "uniform-no-prior"):
            for scores in (TRAINED, SCALED):
                for number, frequency in enumerate((0.05, 0.2, 0.5, 0.8)):
                    gap = world["error"] if (arm, scores) == ("focal", TRAINED) else 0.0
                    confidence = float(np.clip(frequency + gap, 0, 1))
                    rows.append({"seed": seed, "arm": arm, "scores": scores, "bin": number,
                                 "confidence": confidence, "frequency": frequency,
                                 "objects": 20})  # fmt: skip
    return pd.DataFrame(rows)


def _cumulative(world):
    rows = []
    for seed in SEEDS:
        for gamma in (0.0, 2.0):
            for places in (OBJECTS, BACKGROUND):
                for share in np.linspace(0, 1, 5):
                    steep = 1 + gamma + (places == BACKGROUND) * world["focal"] / 30
                    value = share ** max(0.1, steep + 0.1 * noise(0, seed, world))
                    rows.append({"seed": seed, "gamma": gamma, "places": places, "share": share,
                                 "cumulative": value})  # fmt: skip
    return pd.DataFrame(rows)


def _found(world):
    rows = []
    for arm in CFG["focal.shown"]["arms"]:
        for scene in (3, 7):
            for number in range(2):
                rank = round(world["focal"]) + scene + 5 * number
                rows.append({"arm": arm, "scene": scene, "number": number, "row": 2 + number,
                             "column": 3, "rank": rank, "right": not number,
                             "seed": 100})  # fmt: skip
    return pd.DataFrame(rows)


def _pictures(world):
    rows = []
    for scene in (3, 7):
        for row in range(SIDE):
            for column in range(SIDE):
                value = ((row * column + scene) % SIDE) / SIDE
                rows.append({"scene": scene, "object_row": 2, "object_column": 3, "row": row,
                             "column": column, "value": value})  # fmt: skip
    return pd.DataFrame(rows)


def _identities(world):
    rows = []
    for seed in SEEDS:
        for identity in (VALUE, GRADIENT, HUNDREDFOLD, HALF):
            off = 1 + 0.1 * noise(0, seed, world)
            rows.append({"seed": seed, "identity": identity, "difference": 1e-15 * off,
                         "mismatch": 0.9 * off})  # fmt: skip
    return pd.DataFrame(rows)


SAME = {"common": True}
EQUAL = dict.fromkeys(CFG["focal.arms"], 25.0)
NULL = {
    "easy-negatives": {
        "absent": {"plain_start": (30.0, 30.0), "focal_start": (30.0, 30.0)},
        "identical": {
            "focal_start": WORLD["plain_start"],
            "focal_middle": WORLD["plain_middle"],
            **SAME,
        },
    },
    "detector": {"absent": EQUAL, "identical": EQUAL | SAME, "never": {"never": True}},
    "detector-best-alpha": {"absent": EQUAL, "identical": EQUAL | SAME, "never": {"never": True}},
    "prior": {
        "absent": EQUAL | {"blow_up": 1.0},
        "identical": EQUAL | {"blow_up": 1.0} | SAME,
        "never": {"never": True},
    },
    "matched-prior": {"absent": EQUAL, "identical": EQUAL | SAME, "never": {"never": True}},
    "versus-mining": {"absent": EQUAL, "identical": EQUAL | SAME, "never": {"never": True}},
    "calibration": {
        "absent": {"error": 0.0, "scaled": 0.0},
        "identical": {"error": 0.0, "scaled": 0.0, "even_error": 0.0, **SAME},
    },
}

EXAMPLE = StudyExample(
    study="focal",
    cfg=CFG,
    tables=tables,
    reversed={
        "easy-negatives": [
            {"plain_start": (40.0, 99.0)},
            {"focal_start": (40.0, 12.0)},
            {"focal_start": (10.0, 40.0)},
            {"focal_middle": (30.0, 9.0)},
            {"focal_middle": (8.0, 30.0)},
        ],
        "detector": [{"alpha-50": 31.0}, {"alpha-75": 31.0}],
        "detector-best-alpha": [{"alpha-99": 31.0}],
        "prior": [{"blow_up": 5.0}, {"no-prior": 27.0, "uniform": 18.0}, {"focal-no-prior": 30.0}],
        "matched-prior": [{"matched": 28.0}],
        "versus-mining": [{"hardest": 32.0}, {"random": 32.0}],
        "calibration": [{"error": 0.2}, {"scaled": -0.15}],
    },
    control_fails={
        "easy-negatives": [{"balanced": (60.0, 3.0)}, {"balanced": (2.0, 60.0)}],
        "detector": [{"steep": 31.0}],
        "detector-best-alpha": [{"matched": 28.0}],
        "prior": [{"uniform": 35.0}],
        "matched-prior": [{"alpha-50": 30.0}],
        "versus-mining": [{"uniform-no-prior": 30.0}],
        "calibration": [{"even_error": 0.2}, {"even_error": -0.2}],
    },
    null=NULL,
    on_the_margin={
        "detector": [{"alpha-75": 30.0}],
        "detector-best-alpha": [{"alpha-99": 30.0}],
        "prior": [{"no-prior": 26.0}],
        "matched-prior": [{"matched": 29.0}],
        "versus-mining": [{"hardest": 31.0}],
    },
    noisy=lambda: tables(spread=300.0),
    # Noise makes the sizes of errors large, whichever sign they have: no temperature repairs it.
    unsettled={claim: Verdict.UNDECIDED for claim in NULL if claim != "calibration"},
    reads={
        "shares": {"easy-negatives", "prior"},
        "precision": {
            "detector",
            "detector-best-alpha",
            "prior",
            "matched-prior",
            "versus-mining",
        },
        "calibration": {"calibration"},
    },
    other=lambda: tables(
        focal=27.0, plain_start=(80.0, 85.0), error=0.1, hardest=20.0,
    ),
)  # fmt: skip
