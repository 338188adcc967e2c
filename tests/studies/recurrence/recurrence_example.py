"""Made-up tables of the study, in which every effect is as large as one wants it to be."""

import math
from itertools import product

import numpy as np
import pandas as pd

from tests.studies.derived import once
from tests.studies.study_example import StudyExample
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.evidence.claims.row import Verdict
from workflow_scripts.studies.recurrence.tables import laws

BATCHES = ["100-109", "110-119"]
SEEDS = [seed for batch in BATCHES for seed in seeds_of(batch)]
LAWS = once(laws)
LAGS = np.arange(0, 200, 10)
CFG = {
    "scale": "laptop",
    "recurrence.seeds": BATCHES,
    "recurrence.lstm": "lstm",
    "recurrence.gru": "gru",
    "recurrence.rnn": "rnn",
    "recurrence.unbiased": "unbiased",
    "recurrence.within": ["window-45"],
    "recurrence.beyond": ["window-55", "window-150"],
    "recurrence.edge": ["window-50"],
    "recurrence.whole": ["whole-55", "gru"],
    "recurrence.mixed": "mixed",
    "recurrence.alone": "alone",
    "recurrence.attention": ["attention-10", "attention-150"],
    "recurrence.rival": "attention-150",
    "recurrence.placed": "placed",
    "recurrence.unplaced": "unplaced",
    "recurrence.linear": "linear",
    "recurrence.exploding": "exploding",
    "recurrence.decaying": ["tanh"],
    "recurrence.gradients.far": 100,
    "recurrence.gradients.networks": {"linear": {"kind": "rnn", "scale": 0.9}},
    "recurrence.memory.window": 50,
}
# Condition: its lag, the share of networks that solve it, and the steps of the median one.
CONDITIONS = {
    "lstm": (150, 1.0, 200),
    "gru": (150, 1.0, 100),
    "rnn": (150, 0.0, 0),
    "unbiased": (150, 0.0, 0),
    "window-45": (45, 1.0, 120),
    "window-50": (50, 0.0, 0),
    "window-55": (55, 0.0, 0),
    "window-150": (150, 0.0, 0),
    "whole-55": (55, 1.0, 90),
    "mixed": (190, 1.0, 130),
    "alone": (190, 0.0, 0),
    "attention-10": (10, 1.0, 60),
    "attention-150": (150, 1.0, 60),
    "placed": (150, 1.0, 300),
    "unplaced": (150, 0.0, 0),
}
# Network: decimal logarithm of its gradient for each place, before training.
FALLS = {
    "lstm": -0.01,
    "gru": -0.02,
    "rnn": -0.1,
    "unbiased": -0.2,
    "attention-150": -0.002,
    "tanh": -0.2,
    "linear": math.log10(0.9),
    "exploding": math.log10(1.1),
}
WORLD = {
    "solve": {name: share for name, (_, share, _) in CONDITIONS.items()},
    "steps": {name: steps for name, (_, _, steps) in CONDITIONS.items()},
    "falls": FALLS,
    "wave": 0.02,
    "growth": {"window": 0.0, "whole": 1.0},
    "inference": {"window": 0.0, "whole": 0.0},
    "spread": 1.0,
    "difference": 1e-15,
}


def noise(name, size, w):
    """One number per seed, of mean zero, the same in every world."""
    random = np.random.Generator(np.random.PCG64(abs(hash_of(name))))
    return w["spread"] * size * random.standard_normal(len(SEEDS))


def hash_of(name):
    return sum(ord(letter) * (at + 1) for at, letter in enumerate(str(name)))


def outcomes(w):
    made = []
    for name, (lag, _, _) in CONDITIONS.items():
        solving = np.arange(len(SEEDS)) < round(w["solve"][name] * len(SEEDS))
        solving = np.random.Generator(np.random.PCG64(hash_of(name))).permutation(solving)
        steps = w["steps"][name] or 200
        solved = np.where(solving, steps + 10.0 * (np.arange(len(SEEDS)) % 3), np.nan)
        accuracy = np.where(solving, 99.0, 25.0) + noise(("accuracy", name), 0.3, w)
        made.append(
            pd.DataFrame(
                {
                    "condition": name,
                    "seed": SEEDS,
                    "task": "recall",
                    "cell": name.partition("-")[0],
                    "lag": float(lag),
                    "window": 50.0 if name.startswith("window") else np.nan,
                    "chance": 25.0,
                    "budget": 400,
                    "parameters": 1700,
                    "solved": solved,
                    "end": np.where(solving, solved + 10, 400).astype(int),
                    "accuracy": accuracy,
                    "squared_error": np.nan,
                }
            )
        )
    return pd.concat(made, ignore_index=True)


def curves(came_to):
    rows = []
    for each in came_to.itertuples():
        for share in (0.0, 0.5, 1.0):
            rows.append(
                {
                    "condition": each.condition,
                    "seed": each.seed,
                    "task": each.task,
                    "cell": each.cell,
                    "lag": each.lag,
                    "window": each.window,
                    "chance": each.chance,
                    "step": int(each.end * share),
                    "accuracy": 25 + (each.accuracy - 25) * share**2,
                    "loss": 1.4,
                    "squared_error": np.nan,
                }
            )
    return pd.DataFrame(rows)


def gradients(w):
    made = []
    names = list(FALLS)
    trained = product(names[:5], ["trained"], ["start", "end"])
    # A condition and a network that is only initialised have the same name in the configuration.
    for name, arm, moment in [*trained, *product([*names[5:], "gru"], ["initialised"], ["start"])]:
        slope = w["falls"][name] * (1 + noise(("slope", name), 0.003, w))
        for seed, each, shift in zip(SEEDS, slope, noise(("shift", name), 0.02, w), strict=True):
            relative = each * LAGS + (LAGS > 0) * (shift + w["wave"] * np.sin(LAGS))
            made.append(
                pd.DataFrame(
                    {
                        "network": name,
                        "arm": arm,
                        "moment": moment,
                        "seed": seed,
                        "lag": LAGS,
                        "log_norm": relative - 1,
                        "relative": relative,
                    }
                )
            )
    return pd.concat(made, ignore_index=True)


def memory(w):
    return pd.DataFrame(
        [
            {
                "network": name,
                "arm": arm,
                "seed": seed,
                "length": length,
                "saved": 1e4 * (length / 100) ** w["growth"][arm],
                "inference": 1e3 * (length / 100) ** w["inference"][arm],
            }
            for name in ("gru", "lstm", "rnn")
            for arm in ("window", "whole")
            for seed in SEEDS
            for length in (100, 200, 400)
        ]
    )


def tables(**changes):
    """The study's tables in `WORLD` with some of its parts changed."""
    w = {
        name: value | changes.get(name, {}) if isinstance(value, dict) else changes.get(name, value)
        for name, value in WORLD.items()
    }
    came_to, falling = outcomes(w), gradients(w)
    return {
        "curves": curves(came_to),
        "outcomes": came_to,
        "gradients": falling,
        "laws": LAWS(falling, 10, 190),
        "memory": memory(w),
        "identities": pd.DataFrame(
            [
                {
                    "seed": seed,
                    "cell": cell,
                    "way": way,
                    "difference": w["difference"],
                    "untied": 0.3 + seed / 1e4,
                }
                for seed in SEEDS
                for cell in ("rnn", "lstm", "gru")
                for way in ("one", "other")
            ]
        ),
    }


def solving(share, *names):
    return {"solve": dict.fromkeys(names, share)}


REVERSED = {
    "vanishing": [{"falls": {"linear": 0.7 * FALLS["linear"]}}],
    "gates": [solving(0.0, "lstm"), solving(0.0, "gru"), solving(1.0, "rnn")],
    "gates-gradient": [{"falls": {"rnn": -0.03}}],
    "truncation": [
        solving(0.0, "window-45"),
        solving(1.0, "window-55"),
        solving(1.0, "window-150"),
    ],
    "truncation-mixed": [solving(0.0, "mixed")],
    "truncation-saves": [{"growth": {"window": 1.0}}, {"inference": {"window": 1.0}}],
    "attention": [
        solving(0.0, "attention-10"),
        solving(0.0, "placed"),
        {"steps": {"attention-150": 300}},
        {"falls": {"attention-150": -0.02}},
    ],
}
CONTROL_FAILS = {
    "vanishing": [{"falls": {"exploding": -0.02}}],
    "gates": [solving(1.0, "unbiased")],
    "gates-gradient": [{"falls": {"unbiased": -0.01}}],
    "truncation": [solving(0.0, "whole-55")],
    "truncation-mixed": [solving(1.0, "alone")],
    "truncation-saves": [{"growth": {"whole": 0.5}}],
    "attention": [solving(1.0, "unplaced")],
}
NULL = {
    "vanishing": {
        "absent": {"falls": {"linear": 0.0, "tanh": 0.0}},
        "identical": {"falls": {"exploding": FALLS["linear"]}},
    },
    "gates": {
        "absent": solving(0.5, "lstm", "gru", "rnn", "unbiased"),
        "identical": solving(1.0, "lstm", "gru", "rnn", "unbiased"),
        "never": solving(0.0, "lstm", "gru", "rnn", "unbiased"),
    },
    "gates-gradient": {
        "absent": {"falls": {"lstm": -0.1, "gru": -0.1}},
        "identical": {"falls": {"unbiased": -0.01}},
    },
    "truncation": {
        "absent": solving(0.5, "window-45", "window-55", "window-150"),
        "identical": solving(1.0, "window-45", "window-55", "window-150"),
        "never": solving(0.0, "window-45", "window-55", "window-150", "whole-55"),
    },
    "truncation-mixed": {
        "absent": solving(0.5, "mixed", "alone"),
        "identical": solving(1.0, "mixed", "alone"),
        "never": solving(0.0, "mixed", "alone"),
    },
    "truncation-saves": {
        "absent": {"growth": {"window": 1.0}},
        "identical": {"growth": {"whole": 0.0}},
    },
    "attention": {
        "absent": {"steps": {"attention-150": 200, "lstm": 200}},
        "identical": solving(1.0, "unplaced"),
        "never": solving(0.0, "attention-10", "attention-150", "placed", "lstm"),
    },
}


def noisy():
    """Half of the networks solve anything, and gradients may be anything."""
    return tables(
        solve=dict.fromkeys(CONDITIONS, 0.5), falls=dict.fromkeys(FALLS, -0.02), spread=100.0
    )


EXAMPLE = StudyExample(
    study="recurrence",
    cfg=CFG,
    tables=tables,
    reversed=REVERSED,
    control_fails=CONTROL_FAILS,
    null=NULL,
    noisy=noisy,
    unsettled=dict.fromkeys(("gates", "truncation", "truncation-mixed"), Verdict.UNDECIDED),
    reads={
        "outcomes": ["gates", "truncation", "truncation-mixed", "attention"],
        "gradients": ["gates-gradient", "attention"],
        "laws": ["vanishing"],
        "memory": ["truncation-saves"],
        "identities": [],
    },
    other=lambda: tables(
        solve={"lstm": 0.5, "gru": 0.5, "rnn": 0.5, "window-45": 0.5},
        falls={"lstm": -0.05},
        growth={"window": 0.2},
        spread=2.0,
    ),
)
