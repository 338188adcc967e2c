"""Made-up tables of the study, in which every effect is as large as one wants it to be."""

import numpy as np
import pandas as pd

from tests.studies.study_example import StudyExample
from workflow_scripts.evidence.claims.row import Verdict
from workflow_scripts.studies.ntk.marks import (
    ANALYTIC,
    DENSE,
    JACOBIAN,
    KERNEL,
    LINEARISED,
    NETWORK,
    RANDOM,
    SPARSE,
    TANGENT,
)

SEEDS = range(100, 120)
ALPHAS, RICH = [1.0, 0.1, 0.03], 0.03
SCALES = [0.03, 0.1, 1.0, 10.0]
CFG = {
    "scale": "laptop",
    "ntk.seeds": ["100-109", "110-119"],
    "ntk.widths.alphas": ALPHAS,
    "ntk.widths.rich": RICH,
    "ntk.parity.rich": 0.1,
    "ntk.parity.lazy": 10.0,
}
WIDTHS = {2: [64, 256, 1024, 4096], 3: [64, 256, 1024]}

# In this world every claim is true and every control comes out the other way. Slopes by depth.
WORLD = {
    "kernel": (-1.0, -1.0),
    "kernel_rich": (-0.2, -0.2),
    "weights": -0.5,
    "weights_rich": -0.2,
    "predictions": (-0.7, -0.7),
    "last_layer": (-0.05, -0.05),
    "limit": (-0.5, -0.5),
    "other": (0.0, 0.0),
    "sparse": (99.0, 72.0),  # accuracy in the rich and in the lazy regime
    "random": (50.0, 50.0),
    "rise": (0.08, 0.0),  # of the alignment
    "network": 1.0,  # pp, over the kernel
    "linearised": 0.0,
    "spread": 1.0,
    "common": False,  # whether seeds differ by the same everywhere, to the last bit
    "never": False,  # whether no network reaches the loss
}


def noise(number, seed, world):
    """What seeds differ by: five in a row have the mean zero, in another order each `number`."""
    if world["common"]:
        return 0.0
    pattern = np.roll([-2.0, -1.0, 0.1, 1.0, 1.9], number)
    return world["spread"] * 0.05 * pattern[seed % 5] * (1 + 0.03 * ((seed - SEEDS[0]) // 5))


def tables(**changes):
    """The study's tables in `WORLD` with some of its parts changed."""
    world = WORLD | changes
    return {
        "widths": _widths(world),
        "parity": _parity(world),
        "features": _features(world),
        "images": _images(world),
        "identities": _identities(world),
    }


def _widths(world):
    rows = []
    for depth, (layers, widths) in enumerate(WIDTHS.items()):
        for alpha in ALPHAS:
            rich = alpha != ALPHAS[0]
            exponents = {
                "kernel_change": world["kernel_rich" if rich else "kernel"][depth],
                "weight_change": world["weights_rich" if rich else "weights"],
                "predictions": world["predictions"][depth],
                "last_layer": world["last_layer"][depth],
                "to_limit": world["limit"][depth],
                "to_other": world["other"][depth],
                "flipped": -0.5,
            }
            for width in widths:
                for seed in SEEDS:
                    row = {"seed": seed, "layers": layers, "alpha": alpha, "width": width}
                    for number, (name, exponent) in enumerate(exponents.items()):
                        # By seed the slope differs, and with it every value.
                        own = exponent + 0.2 * noise(number, seed, world)
                        row[name] = 0.3 * (width / 64) ** own
                        if world["never"] and not name.startswith("to_"):
                            row[name] = np.nan
                    rows.append(row | {"loss": 0.09 + 1e-4 * (seed - 100), "steps": 14})
    # Output scales are no measurements: a network that diverges keeps them.
    return pd.DataFrame(rows).astype({"alpha": object})


def _parity(world):
    rows = []
    ends = {SPARSE: world["sparse"], DENSE: (64.0, 63.0), RANDOM: world["random"]}
    for target, (rich, lazy) in ends.items():
        for alpha in SCALES if target == SPARSE else (0.1, 10.0):
            share = np.clip(np.log10(alpha / 0.1) / 2, 0, 1)
            rise = 0.0 if target != SPARSE else float(np.interp(share, [0, 1], world["rise"]))
            for seed in SEEDS:
                shift = noise(int(alpha > 1), seed, world)
                row = {"seed": seed, "target": target, "learner": NETWORK, "alpha": alpha}
                risen = rise + 1e-3 * noise(2, seed, world)
                row |= {"accuracy": rich + share * (lazy - rich) + shift, "rise": risen}
                row |= {"alignment": 0.04 + risen, "weight_change": 0.5 / alpha**0.5}
                row |= {"kernel_change": 0.5 / alpha, "loss": 0.04, "steps": 100}
                if world["never"]:
                    row |= {"accuracy": np.nan, "rise": np.nan}
                rows.append(row)
        for seed in SEEDS:
            row = {"seed": seed, "target": target, "learner": KERNEL, "alpha": np.inf}
            row |= {"accuracy": lazy + noise(3, seed, world), "rise": 0.0, "alignment": 0.04}
            row |= {"weight_change": 0.0, "kernel_change": 0.0, "loss": 0.05, "steps": 100}
            rows.append(row)
    return pd.DataFrame(rows).astype({"alpha": object})


def _features(world):
    rows = []
    for seed, alpha, moment in (
        (seed, *moment)
        for seed in (100, 101)
        for moment in ((0.0, "before"), (0.1, "after"), (10.0, "after"))
    ):
        for unit in range(40):
            angle, size = 2.4 * unit + seed, 1.0 + (alpha == 0.1) * 3 * world["rise"][0] / 0.08
            rows.append({"seed": seed, "alpha": alpha, "moment": moment, "unit": unit,
                         "first": size * np.cos(angle), "second": size * np.sin(angle),
                         "other": 1.5 + 0.01 * unit})  # fmt: skip
    return pd.DataFrame(rows).astype({"alpha": object})


def _images(world):
    rows = []
    for seed in SEEDS:
        level = 82.0 + noise(0, seed, world)
        for number, (learner, gain) in enumerate(
            (
                (KERNEL, 0.0),
                (NETWORK, world["network"]),
                (LINEARISED, world["linearised"]),
                (ANALYTIC, 0.8),
            )
        ):
            accuracy = level + gain + (number and noise(number, seed, world))
            accuracy = np.nan if world["never"] and learner != KERNEL else accuracy
            rows.append({"seed": seed, "size": 1000, "learner": learner, "accuracy": accuracy,
                         "validation_loss": 0.45, "chosen": 100.0})  # fmt: skip
    return pd.DataFrame(rows)


def _identities(world):
    rows = []
    for seed in SEEDS:
        for identity in (JACOBIAN, TANGENT):
            off = 1 + 0.1 * noise(0, seed, world)
            rows.append({"seed": seed, "identity": identity, "difference": 1e-14 * off,
                         "mismatch": 0.3 * off})  # fmt: skip
    return pd.DataFrame(rows)


SAME = {"common": True}
NULL = {
    "constant-kernel": {
        "absent": {"kernel": (0.0, 0.0)},
        "identical": {"kernel": (0.0, 0.0), "kernel_rich": (0.0, 0.0), **SAME},
        "never": {"never": True},
    },
    "lazy-weights": {
        "absent": {"weights": 0.0},
        "identical": {"weights": 0.0, "weights_rich": 0.0, **SAME},
        "never": {"never": True},
    },
    "kernel-regression": {
        "absent": {"predictions": (0.0, 0.0)},
        "identical": {"predictions": (0.0, 0.0), "last_layer": (0.0, 0.0), **SAME},
        "never": {"never": True},
    },
    "limit": {
        "absent": {"limit": (0.0, 0.0)},
        "identical": {"limit": (0.0, 0.0), "other": (0.0, 0.0), **SAME},
    },
    "feature-learning": {
        "absent": {"sparse": (72.0, 72.0), "rise": (0.0, 0.0)},
        "identical": {"sparse": (72.0, 72.0), "rise": (0.0, 0.0), **SAME},
        "never": {"never": True},
        "random": {"sparse": (50.0, 50.0), "rise": (0.0, 0.0)},
    },
    "real-data": {
        "absent": {"network": 0.0},
        "identical": {"network": 0.0, "linearised": 0.0, **SAME},
        "never": {"never": True},
    },
}

EXAMPLE = StudyExample(
    study="ntk",
    cfg=CFG,
    tables=tables,
    reversed={
        "constant-kernel": [
            {"kernel": (-0.75, -1.0)},
            {"kernel": (-1.0, -0.7)},
            {"kernel": (-1.3, -1.0)},
        ],
        "lazy-weights": [{"weights": -0.3}, {"weights": -0.8}],
        "kernel-regression": [
            {"predictions": (-0.2, -0.7)},
            {"predictions": (-0.7, -0.2)},
            {"predictions": (-0.45, -0.7)},  # not ten times from the narrowest to the widest
        ],
        "limit": [{"limit": (-0.3, -0.5)}, {"limit": (-0.5, -0.7)}],
        "feature-learning": [
            {"sparse": (75.0, 72.0)},
            {"rise": (0.0, 0.0)},
            {"rise": (0.08, 0.05)},
        ],
        "real-data": [{"network": -1.0}],
    },
    control_fails={
        "constant-kernel": [{"kernel_rich": (-0.9, -0.2)}, {"kernel_rich": (-0.2, -0.9)}],
        "lazy-weights": [{"weights_rich": -0.5}],
        "kernel-regression": [{"last_layer": (-0.7, 0.0)}, {"last_layer": (0.0, -0.7)}],
        "limit": [{"other": (-0.5, 0.0)}, {"other": (0.0, -0.5)}],
        "feature-learning": [{"random": (60.0, 50.0)}],
        "real-data": [{"linearised": 1.0}],
    },
    null=NULL,
    on_the_margin={
        "constant-kernel": [{"kernel": (-0.85, -1.0)}],
        "lazy-weights": [{"weights": -0.4}],
        "limit": [{"limit": (-0.5, -0.6)}],
        "feature-learning": [{"sparse": (82.0, 72.0)}],
        "real-data": [{"network": 0.0}],
    },
    noisy=lambda: tables(spread=100.0),
    unsettled=dict.fromkeys(NULL, Verdict.UNDECIDED),
    reads={
        "widths": {"constant-kernel", "lazy-weights", "kernel-regression", "limit"},
        "parity": {"feature-learning"},
        "images": {"real-data"},
    },
    other=lambda: tables(
        kernel=(-0.5, -0.6), kernel_rich=(0.1, 0.1), sparse=(90.0, 60.0), rise=(0.03, 0.01),
        network=3.0,
    ),
)  # fmt: skip
