"""Made-up tables of the study, in which every effect is as large as one wants it to be."""

import numpy as np
import pandas as pd

from tests.studies.study_example import StudyExample
from workflow_scripts.evidence.claims.row import Verdict

SEEDS = range(5)
CFG = {"scale": "laptop", "lottery.main": "lenet", "lottery.late": "resnet"}
LEVELS = 16
WEIGHTS = 1000
EARLY, STEPS = 50, 1000
ARMS = ("reinitialised", "shuffled", "random", "one-shot", "fine-tuned", "fine-tuned-random")

# Of each arm: accuracy (pp) against the dense network's, at the end and early. In this world every
# claim is true and every control comes out the other way.
GAINS = {
    "ticket": 0.0,
    "reinitialised": -3.0,
    "shuffled": -2.0,
    "random": -4.0,
    "one-shot": -1.0,
    "fine-tuned": 0.2,
    "fine-tuned-random": -5.0,
}
WORLD = {
    "gains": GAINS,
    "early": GAINS,
    "half": {"one-shot": 0.0},  # one-shot tickets where half of the weights are left
    "stopping": {"dense": 600, "ticket": 400, "reinitialised": 800},
    "ticket_stopping": {},  # by level, if other than stopping["ticket"]
    "late": {0: -3.0, 100: -1.0},  # tickets of the late chain by rewinding step
    "barriers": {0: 20.0, 20: 5.0, 100: 1.0},
    "slopes": {"ticket": 1.0, "shuffled": 0.2},  # pp per doubling of the parent
    "ones": 0.0,  # nats between a mask of ones and none
    "spread": 1.0,
}


def noise(number, spread):
    """What seeds differ by: small, the mean over seeds is zero, another order each `number`."""
    return spread * 0.05 * np.roll([-2.0, -1.0, 0.0, 1.0, 2.0], number)


def tables(**changes):
    """The study's tables in `WORLD` with some of its parts changed."""
    world = WORLD | changes
    main, late = _main(world), _late(world)
    return {
        "outcomes": pd.concat([main, late], ignore_index=True),
        "needles": _needles(world),
        "barriers": _barriers(world),
        "curves": _curves(main, world),
        "lines": _lines(world),
    }


def _density(level):
    return 0.8**level


def _rows(chain, rewind, level, arm, number, **values):
    density = _density(level)
    dense = 80 + np.sin(np.arange(len(SEEDS)))  # seeds differ more than arms: pairs tell
    accuracy = dense + values["gain"] + noise(number, values["spread"])
    return pd.DataFrame(
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
            "loss": 1 - accuracy / 100,
            "early_step": EARLY,
            "early": accuracy - 20 + values.get("early", values["gain"]) - values["gain"],
            "stopping_step": pd.array(
                [None] * len(SEEDS) if values["stopping"] is None else _steps(number, values),
                dtype="Int64",
            ),
            "stopping_accuracy": accuracy,
        }
    )


def _steps(number, values):
    return np.rint(values["stopping"] * np.exp(0.2 * noise(number, values["spread"])))


def _main(world):
    spread, stopping = world["spread"], world["stopping"]
    gains, early = GAINS | world["gains"], GAINS | world["early"]
    base = {"spread": spread}
    rows = [
        _rows("lenet", 0, 0, arm, 0, gain=0, stopping=stopping["dense"], **base)
        for arm in ("ticket", "ones")
    ]
    for level in range(1, LEVELS + 1):
        steps = world["ticket_stopping"].get(level, stopping["ticket"])
        for number, arm in enumerate(("ticket", *ARMS), start=1):
            gain = gains[arm]
            if level == 3:
                gain = world["half"].get(arm, gain)
            halt = {"ticket": steps}.get(arm, stopping.get(arm, stopping["dense"]))
            given = {"gain": gain, "early": early[arm], "stopping": halt, **base}
            rows.append(_rows("lenet", 0, level, arm, 3 * level + number, **given))
    return pd.concat(rows, ignore_index=True)


def _late(world):
    base = {"spread": world["spread"], "stopping": None}
    rows = [_rows("resnet", 0, 0, "ticket", 0, gain=0, **base)]
    for number, (rewind, gain) in enumerate(world["late"].items(), start=1):
        for level in range(1, LEVELS + 1):
            rows.append(_rows("resnet", rewind, level, "ticket", number, gain=gain, **base))
    return pd.concat(rows, ignore_index=True)


def _needles(world):
    rows = []
    for number, (arm, slope) in enumerate(world["slopes"].items()):
        for doubling in range(4):
            accuracy = 75 + slope * doubling + noise(number + doubling, world["spread"])
            rows.append(
                pd.DataFrame(
                    {
                        "chain": f"chain{doubling}",
                        "parent": 30_000 * 2**doubling,
                        "arm": arm,
                        "seed": list(SEEDS),
                        "survivors": 8000,
                        "accuracy": accuracy,
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
                "barrier": height + noise(number, world["spread"]),
            }
        )
        for number, (point, height) in enumerate(world["barriers"].items())
    ]
    return pd.concat(rows, ignore_index=True)


def _lines(world):
    alphas = np.linspace(0, 1, 5)
    rows = [
        {"point": point, "seed": seed, "alpha": alpha, "loss": 1.0, "error": 20 + height * bump}
        for point, height in world["barriers"].items()
        for seed in SEEDS
        for alpha, bump in zip(alphas, 4 * alphas * (1 - alphas), strict=True)
    ]
    return pd.DataFrame(rows)


def _curves(main, world):
    keys = ["chain", "rewind", "level", "arm", "seed", "density", "survivors"]
    parts = []
    for step in range(250, STEPS + 1, 250):
        part = main[keys].copy()
        part["split"], part["step"] = "validation", step
        part["accuracy"] = main.accuracy - 10 * (1 - step / STEPS)
        part["loss"] = 1 - part.accuracy / 100
        parts.append(part)
    curves = pd.concat(parts, ignore_index=True)
    is_ones = (curves.arm == "ones") & (curves.step == STEPS) & (curves.seed == 1)
    curves.loc[is_ones, "loss"] += world["ones"]
    return curves


def gains(**changed):
    """Gains of arms; hyphens of their names are written as underscores."""
    changed = {arm.replace("_", "-"): gain for arm, gain in changed.items()}
    return {"gains": GAINS | changed, "early": GAINS | changed}


# Worlds in which the opposite is true, while the control behaves.
REVERSED = {
    "matching-ticket": [gains(ticket=-1.0)],
    "not-reinitialised": [gains(reinitialised=3.0)],
    "not-structure": [gains(shuffled=2.0, random=2.0)],
    "learns-faster": [{"stopping": {"dense": 600, "ticket": 600, "reinitialised": 800}}],
    "iterative-beats-one-shot": [gains(one_shot=1.0)],
    "prunable": [gains(fine_tuned=-2.0)],
    "late-rewinding": [{"late": {0: -1.0, 100: -3.0}}],
    "more-needles": [{"slopes": {"ticket": -1.0, "shuffled": -2.0}}],
    # Dense training is nearly all of the cost where tickets stop at once.
    "cost": [
        {
            "stopping": {"dense": 600, "ticket": 600, "reinitialised": 800},
            "ticket_stopping": {3: 1500, 11: 3000},
        }
    ],
}

# Worlds in which the control fails, and with it the test's power to tell.
CONTROL_FAILS = {
    "matching-ticket": [gains(shuffled=0.5)],
    "not-structure": [{"ones": 1e-12}],
    "learns-faster": [{"stopping": {"dense": 600, "ticket": 400, "reinitialised": 300}}],
    "iterative-beats-one-shot": [{"half": {"one-shot": -2.0}}, {"half": {"one-shot": 2.0}}],
    "prunable": [gains(fine_tuned_random=0.0)],
    "late-rewinding": [
        {"barriers": {0: 1.0, 20: 5.0, 100: 20.0}},  # it gets less stable
        {"late": {0: 1.0, 100: 2.0}},  # nothing fails that could be mended
    ],
    "more-needles": [{"slopes": {"ticket": 1.0, "shuffled": 2.0}}],
    "cost": [{"ticket_stopping": {3: 100}}],
}
EXAMPLE = StudyExample(
    study="lottery",
    cfg=CFG,
    tables=tables,
    reversed=REVERSED,
    control_fails=CONTROL_FAILS,
    noisy=lambda: tables(spread=100.0),
    unsettled=dict.fromkeys(REVERSED, Verdict.INCONCLUSIVE),
    reads={
        "outcomes": set(REVERSED) - {"more-needles"},
        "needles": {"more-needles"},
        "barriers": {"late-rewinding"},
        "curves": {"not-structure"},
    },
    other=lambda: tables(
        gains={"ticket": -8.0},
        early={"ticket": -8.0},
        stopping={"dense": 500, "ticket": 100, "reinitialised": 900},
        late={0: -9.0, 100: -7.0},
        slopes={"ticket": -2.0, "shuffled": 1.0},
    ),
    on_the_margin={
        "matching-ticket": [gains(ticket=-0.5)],
        "not-reinitialised": [gains(reinitialised=0.0)],
        "not-structure": [gains(shuffled=0.0)],
        "iterative-beats-one-shot": [gains(one_shot=0.0)],
        "prunable": [gains(fine_tuned=-0.5)],
        "late-rewinding": [{"late": {0: -3.0, 100: -3.0}}],
        "more-needles": [{"slopes": {"ticket": 0.0, "shuffled": -1.0}}],
    },
)
