"""A small study and made-up tables in which every claim of the study is true, or what is asked."""

import copy
from pathlib import Path

import numpy as np
import pandas as pd

from tests.studies.study_example import StudyExample
from workflow_scripts.evidence.claims.row import Verdict
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.studies.sharpness.measure import CURVATURE

SEEDS = range(5)
CFG = {"scale": "laptop", "sharpness.compared": 0.1}
# arm, batch size, rate, radius: λ_max at the common loss, test accuracy there and at the end
ARMS = {
    ("medium", 64, 0.1, 0.0): (10.0, 80.0, 80.0),
    ("small", 16, 0.1, 0.0): (5.0, 81.0, 81.0),
    ("large", 200, 0.1, 0.0): (20.0, 79.0, 79.0),
    ("sam", 64, 0.1, 0.0): (10.0, 80.0, 80.0),
    ("sam", 64, 0.1, 0.1): (3.0, 82.0, 82.0),
    ("random", 64, 0.1, 0.1): (9.9, 80.1, 80.1),
    ("rates", 64, 0.05, 0.0): (12.0, 79.5, 79.5),
    ("rates", 64, 0.4, 0.0): (8.0, 80.3, 80.3),
    ("rates", 64, 0.8, 0.0): (7.0, 80.6, 80.6),
    ("warm-up", 64, 0.05, 0.0): (12.1, 79.5, 79.5),
    ("warm-up", 64, 0.4, 0.0): (5.0, 81.0, 81.0),
    ("warm-up", 64, 0.8, 0.0): (4.0, 81.4, 81.4),
    ("signals-small", 16, 0.001, 0.0): (4.0, None, 70.0),
    ("signals-large", 200, 0.001, 0.0): (9.0, None, 67.0),
    ("signals-large", 200, 0.0035, 0.0): (9.0, None, 68.0),
    ("signals-large-steps", 200, 0.0035, 0.0): (9.0, None, 70.1),
}


def tables(
    noise=0.02,
    rescaled=1e6,
    adaptive=1.0,
    difference=1e-9,
    lost=(),
    twin=0.0,
    steep=1.0,
    **changed,
):
    """Made-up tables; `changed` are entries of `ARMS`, by arm or by (arm, rate, radius)."""
    random = np.random.default_rng(0)
    rows = []
    for (arm, size, rate, radius), usual in ARMS.items():
        name = f"{arm} {rate:g} {radius:g}"
        top, there, end = changed.get(name, changed.get(arm, usual))
        for seed in SEEDS:
            # Twins have the same numbers, and differences of a seed are common to all arms.
            paired, (own, other) = 0.3 * seed, random.normal(size=2) * noise
            if arm in ("medium", "sam") and radius == 0:
                own = other = 0.0
            described = {
                "arm": arm,
                "batch_size": size,
                "rate": rate,
                "radius": radius,
                "seed": seed,
                "step": 100,
            }
            sharp = top * np.exp(other)
            measured = dict.fromkeys(CURVATURE, sharp)
            last = {"train_error": 0.0, "test_error": 100 - end - own - paired}
            at_end = {} if there is not None else measured
            rows.append({**described, "place": "end", "reached": True, **last, **at_end})
            if there is None:
                continue
            reached = not {(arm, seed), (name, seed)} & set(lost)
            test_loss = 0.5 + paired + (twin if arm == "sam" and radius == 0 else 0.0)
            found = {"test_error": 100 - there - own - paired, "test_loss": test_loss, **measured}
            rows.append(
                {**described, "place": "target", "reached": reached, **(found if reached else {})}
            )
    factors = [(1.0, 1.0, 1.0, 0.0), (0.1, 50.0, 1.0, 1e-12)]
    factors.append((0.001, rescaled, adaptive, difference))
    return {
        "minima": pd.DataFrame(rows),
        "rescaling": pd.DataFrame(
            [
                {"factor": f, "seed": s, "top": t * (1 + s), "adaptive": a, "difference": d}
                for f, t, a, d in factors
                for s in SEEDS
            ]
        ),
        **_pictured(steep),
    }


def _pictured(steep):
    """What only figures read: the loss around minima, and on the way to them."""
    at = np.linspace(-1, 1, 5)
    arms = ("large", "medium", "small", "sam")
    line = [
        {"arm": arm, "seed": seed, "alpha": a, "loss": 0.1 + steep * (n + 1) * a * a + 0.01 * seed}
        for n, arm in enumerate(arms)
        for seed in SEEDS
        for a in at
    ]
    plane = [
        {"arm": arm, "seed": 0, "a": a, "b": b, "loss": 0.1 + steep * (n + 1) * (a * a + b * b)}
        for n, arm in enumerate(arms)
        for a in at
        for b in at
    ]
    curves = [
        {"arm": arm, "rate": rate, "radius": 0.0, "seed": seed, "split": "train", "step": step,
         "loss": 2.0 * steep / (1 + step), "accuracy": 50.0}
        for arm in ("rates", "warm-up")
        for rate in (0.05, 0.8)
        for seed in SEEDS
        for step in (0, 10, 20)
    ]  # fmt: skip
    pictured = {"line": line, "plane": plane, "curves": curves}
    return {name: pd.DataFrame(rows) for name, rows in pictured.items()}


def settings(**changed):
    """The smoke scale's settings of the study as builtins."""
    folder = Path(__file__).resolve().parents[3] / "config"
    loaded = load_configuration(folder, {"scale": "smoke", "sharpness": copy.deepcopy(changed)})
    return loaded.sharpness


SAM = "sam 0.1 0.1"
# Worlds in which the opposite is true, while the control behaves.
REVERSED = {
    "large-batch-sharp": [{"large": (5.0, 79.0, 79.0)}],
    "large-batch-generalises-worse": [{"signals-large 0.001 0": (9.0, None, 71.0)}],
    "flat-generalises": [
        {
            f"{arm} {rate:g} {radius:g}": (1 / top, there, end)
            for (arm, _, rate, radius), (top, there, end) in ARMS.items()
            if there is not None
        }
    ],
    "dinh": [{"rescaled": 1e3}],
    "sam": [{SAM: (9.0, 82.0, 82.0)}],
    "robust-to-noise": [{"small": (40.0, 81.0, 81.0)}],
    "warm-up": [{"warm-up 0.8 0": (4.0, 79.0, 79.0)}],
}
# Worlds in which the control fails.
CONTROL_FAILS = {
    "large-batch-generalises-worse": [{"signals-large-steps": (9.0, None, 66.0)}],
    "dinh": [{"adaptive": 1.5}],
    "sam": [{"random": (2.0, 80.0, 80.0)}, {"twin": 1e-7}],
    "warm-up": [
        {"warm-up 0.05 0": (5.0, 79.5, 79.5)},
        {"warm-up 0.05 0": (12.0, 82.5, 82.5)},
    ],
}
EXAMPLE = StudyExample(
    study="sharpness",
    cfg=CFG,
    tables=tables,
    reversed=REVERSED,
    control_fails=CONTROL_FAILS,
    noisy=lambda: tables(noise=30.0),
    unsettled=dict.fromkeys(set(REVERSED) - {"dinh"}, Verdict.INCONCLUSIVE),
    reads={"minima": set(REVERSED) - {"dinh"}, "rescaling": {"dinh"}},
    other=lambda: tables(noise=0.5, rescaled=1e3, steep=3.0),
    titled={"batch_size"},
)
