"""Made-up tables of the study, in which every effect is as large as one wants it to be."""

import numpy as np
import pandas as pd

from tests.studies.study_example import StudyExample
from workflow_scripts.evidence.claims.row import Verdict

BATCHES = ["100-104", "105-109", "110-114", "115-119"]
SEEDS = range(100, 120)
LONG_SEEDS = range(100, 105)
CFG = {
    "scale": "laptop",
    "lottery.main": "lenet",
    "lottery.late": "resnet",
    "lottery.seeds": BATCHES,
}
LEVELS = 8
KEEP = 0.678
WEIGHTS = 1000
EARLY, STEPS = 50, 1000
ARMS = (
    *("reinitialised", "reinitialised-again", "shuffled", "random"),
    *("one-shot-long", "one-shot", "fine-tuned", "fine-tuned-random"),
)

# Of each arm: accuracy (pp) against the dense network's, at the smallest validation loss and early.
# In this world every claim is true and every control comes out the other way.
GAINS = {
    "ticket": 0.0,
    "reinitialised": -3.0,
    "reinitialised-again": -3.0,
    "shuffled": -2.0,
    "random": -4.0,
    "one-shot": -1.0,
    "one-shot-long": -0.5,
    "fine-tuned": 0.2,
    "fine-tuned-random": -5.0,
}
WORLD = {
    "gains": GAINS,
    "early": GAINS,
    "half": {"one-shot": 0.0, "shuffled": 0.0, "random": 0.0},  # where half of the weights are left
    "goes-on": {"gain": -1.0, "loss": 0.5},  # the dense network trained on, and its loss
    "dense-loss": 0.4,
    "end": -0.5,  # the accuracy at the end against that at the smallest validation loss
    "stopping": {"dense": 600, "ticket": 400, "reinitialised": 800},
    "late": {0: -3.0, 50: -1.0},  # tickets of the late chain by rewinding step
    "barriers": {0: 20.0, 50: 1.0},
    "slopes": {"ticket": 1.0, "shuffled": 0.2},  # pp per doubling of the parent
    "spread": 1.0,
    "equal": False,  # whether arms differ by nothing at all, not even by noise
}


def noise(number, spread):
    """What seeds differ by: small, with mean zero over a batch, in another order each `number`."""
    random = np.random.default_rng(number)
    drawn = [random.permutation([-2.0, -1.0, 0.0, 1.0, 2.0]) for _ in BATCHES]
    return spread * 0.05 * np.concatenate(drawn)


def tables(**changes):
    """The study's tables in `WORLD` with some of its parts changed."""
    world = WORLD | changes
    main, late = _main(world), _late(world)
    return {
        "outcomes": pd.concat([main, late], ignore_index=True),
        "needles": _needles(world),
        "barriers": _barriers(world),
        "curves": _curves(main),
    }


def _rows(world, chain, rewind, level, arm, number, gain, early=None, stopping=500, loss=0.4):
    density = KEEP**level
    number = 0 if world["equal"] else number
    dense = 80 + np.sin(np.arange(len(SEEDS)))  # seeds differ more than arms: pairs tell
    accuracy = dense + gain + noise(number, world["spread"])
    steps = np.rint(stopping * np.exp(0.2 * noise(number, world["spread"])))
    rows = pd.DataFrame(
        {
            "chain": chain,
            "rewind": rewind,
            "level": level,
            "arm": arm,
            "seed": list(SEEDS),
            "density": density,
            "survivors": round(WEIGHTS * density),
            "steps": STEPS,
            "accuracy": accuracy,
            "end": accuracy + world["end"],
            "early_step": EARLY,
            "early": accuracy - 20 + (gain if early is None else early) - gain,
            "validated": STEPS,
            "stopping_step": pd.array(np.minimum(steps, STEPS), dtype="Int64"),
            "stopping_loss": loss,
        }
    )
    return rows[rows.seed.isin(LONG_SEEDS)] if arm == "one-shot-long" else rows


def _main(world):
    stopping, goes_on = world["stopping"], world["goes-on"]
    gains, early = GAINS | world["gains"], GAINS | world["early"]
    dense = {"stopping": stopping["dense"], "loss": world["dense-loss"]}
    rows = [
        _rows(world, "lenet", 0, 0, "ticket", 0, 0.0, **dense),
        _rows(world, "lenet", 0, 0, "fine-tuned", 1, **goes_on),
    ]
    for level in range(1, LEVELS + 1):
        for number, arm in enumerate(("ticket", *ARMS), start=1):
            half = level == 2 and arm in world["half"]
            gain = world["half"][arm] if half else gains[arm]
            halt = stopping.get(arm, stopping["dense"])
            given = {"gain": gain, "early": gain if half else early[arm], "stopping": halt}
            rows.append(_rows(world, "lenet", 0, level, arm, 20 * level + number, **given))
    return pd.concat(rows, ignore_index=True)


def _late(world):
    rows = [_rows(world, "resnet", 0, 0, "ticket", 0, 0.0)]
    for number, (rewind, gain) in enumerate(world["late"].items(), start=1):
        for level in range(1, LEVELS + 1):
            rows.append(_rows(world, "resnet", rewind, level, "ticket", number, gain))
    return pd.concat(rows, ignore_index=True)


def _needles(world):
    rows = []
    for number, (arm, slope) in enumerate(world["slopes"].items()):
        for doubling in range(4):
            drawn = noise(0 if world["equal"] else number + doubling, world["spread"])
            accuracy = 75 + slope * doubling + drawn
            rows.append(
                pd.DataFrame(
                    {
                        "chain": f"chain{doubling}",
                        "parent": 30_000 * 2**doubling,
                        "arm": arm,
                        "seed": list(SEEDS),
                        "survivors": 8000,
                        "accuracy": accuracy,
                        "end": accuracy + world["end"],
                    }
                )
            )
    return pd.concat(rows, ignore_index=True)


def _barriers(world):
    rows = [
        pd.DataFrame(
            {
                "point": point,
                "seed": list(SEEDS),
                "barrier": height + noise(0 if world["equal"] else number, world["spread"]),
            }
        )
        for number, (point, height) in enumerate(world["barriers"].items())
    ]
    return pd.concat(rows, ignore_index=True)


def _curves(main):
    keys = ["chain", "rewind", "level", "arm", "seed", "density", "survivors"]
    parts = []
    for step in range(250, STEPS + 1, 250):
        part = main[keys].copy()
        part["split"], part["step"] = "validation", step
        part["accuracy"] = main.accuracy - 10 * (1 - step / STEPS)
        part["loss"] = 1 - part.accuracy / 100
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def gains(**changed):
    """Gains of arms; hyphens of their names are written as underscores."""
    changed = {arm.replace("_", "-"): gain for arm, gain in changed.items()}
    return {"gains": GAINS | changed, "early": GAINS | changed}


def stopping(dense, ticket, reinitialised):
    """Steps of the smallest validation loss."""
    return {"stopping": {"dense": dense, "ticket": ticket, "reinitialised": reinitialised}}


# Worlds in which the opposite is true, while the control behaves.
REVERSED = {
    "matching-ticket": [gains(ticket=-1.0)],
    "not-reinitialised": [
        gains(reinitialised=3.0, reinitialised_again=3.0),
        {"early": GAINS | {"reinitialised": 3.0}},
    ],
    "not-structure": [gains(shuffled=2.0, random=2.0), gains(random=2.0)],
    "learns-faster": [stopping(600, 600, 800)],
    "iterative-beats-one-shot": [gains(one_shot=1.0)],
    "prunable": [
        gains(fine_tuned=-2.0),
        {"goes-on": {"gain": 2.0, "loss": 0.3}},  # the dense network was not trained enough
    ],
    "late-rewinding": [{"late": {0: -1.0, 50: -3.0}}],
    "more-needles": [{"slopes": {"ticket": -1.0, "shuffled": -2.0}}],
}

# Worlds in which the control fails, and with it the test's power to tell.
CONTROL_FAILS = {
    "matching-ticket": [gains(shuffled=0.5)],
    "not-reinitialised": [gains(reinitialised_again=-6.0)],
    "not-structure": [
        {"half": WORLD["half"] | {"shuffled": -2.0}},
        {"half": WORLD["half"] | {"random": 2.0}},
    ],
    "learns-faster": [stopping(600, 400, 300)],
    "iterative-beats-one-shot": [
        {"half": WORLD["half"] | {"one-shot": -2.0}},
        {"half": WORLD["half"] | {"one-shot": 2.0}},
    ],
    "prunable": [gains(fine_tuned_random=0.0)],
    "late-rewinding": [
        {"barriers": {0: 1.0, 50: 20.0}},  # it gets less stable
        {"late": {0: 1.0, 50: 2.0}},  # nothing fails that could be mended
    ],
    "more-needles": [{"slopes": {"ticket": 1.0, "shuffled": 2.0}}],
}

# Worlds in which there is nothing.
EQUAL = dict.fromkeys(GAINS, 0.0)
IDENTICAL = {
    "equal": True,
    "gains": EQUAL,
    "early": EQUAL,
    "half": {},
    "goes-on": {"gain": 0.0, "loss": 0.4},
    **stopping(600, 600, 600),
    "late": {0: 0.0, 50: 0.0},
    "barriers": {0: 1.0, 50: 1.0},
    "slopes": {"ticket": 0.0, "shuffled": 0.0},
}
RANDOM = IDENTICAL | {"equal": False}  # of random labels nobody learns anything: seeds differ
NULL = {
    "matching-ticket": {"absent": gains(ticket=-2.0), "random": RANDOM},
    "not-reinitialised": {
        "absent": gains(reinitialised=0.0, reinitialised_again=0.0),
        "random": RANDOM,
    },
    "not-structure": {"absent": gains(shuffled=0.0, random=0.0), "random": RANDOM},
    "learns-faster": {"absent": stopping(600, 600, 600), "never": stopping(2000, 2000, 2000)},
    "iterative-beats-one-shot": {"absent": gains(one_shot=0.0), "random": RANDOM},
    "prunable": {
        "absent": gains(fine_tuned=-5.0),
        "random": RANDOM,
        "never": {"gains": GAINS | {"fine-tuned": np.nan}},
    },
    "late-rewinding": {
        "absent": {"late": {0: -3.0, 50: -3.0}},
        "random": RANDOM,
        "never": {"late": {0: np.nan, 50: -1.0}},
    },
    "more-needles": {"absent": {"slopes": {"ticket": 0.0, "shuffled": 0.0}}, "random": RANDOM},
}

EXAMPLE = StudyExample(
    study="lottery",
    cfg=CFG,
    tables=tables,
    reversed=REVERSED,
    control_fails=CONTROL_FAILS,
    null={claim: worlds | {"identical": IDENTICAL} for claim, worlds in NULL.items()},
    noisy=lambda: tables(spread=100.0),
    unsettled=dict.fromkeys(REVERSED, Verdict.UNDECIDED),
    reads={
        "outcomes": set(REVERSED) - {"more-needles"},
        "needles": {"more-needles"},
        "barriers": {"late-rewinding"},
    },
    other=lambda: tables(
        gains={"ticket": -8.0},
        early={"ticket": -8.0},
        late={0: -9.0, 50: -7.0},
        slopes={"ticket": -2.0, "shuffled": 1.0},
        **stopping(500, 100, 900),
    ),
    on_the_margin={
        "matching-ticket": [gains(ticket=-0.5)],
        "not-reinitialised": [gains(reinitialised=0.0, reinitialised_again=0.0)],
        "not-structure": [gains(shuffled=0.0)],
        "iterative-beats-one-shot": [gains(one_shot=0.0)],
        "prunable": [gains(fine_tuned=-0.5)],
        "late-rewinding": [{"late": {0: -3.0, 50: -3.0}}],
        "more-needles": [{"slopes": {"ticket": 0.0, "shuffled": -1.0}}],
    },
)
