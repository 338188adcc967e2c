"""A small study and made-up tables in which every claim of the study is true, or what is asked."""

import copy
from pathlib import Path

import numpy as np
import pandas as pd

from tests.studies.sharpness.made_up_pictures import pictured
from tests.studies.study_example import StudyExample
from workflow_scripts.evidence.claims.row import Verdict
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.studies.sharpness.measure import CURVATURE
from workflow_scripts.studies.sharpness.minima import ONE_RATE
from workflow_scripts.studies.sharpness.ranks import permutations

SEEDS = range(100, 120)
CFG = {
    "scale": "laptop",
    "sharpness.seeds": ["100-104", "105-109", "110-114", "115-119"],
    "sharpness.compared": 0.2,
}
# arm, batch size, rate, radius: λ_max at the common loss, test accuracy there and at the end
ARMS = {
    ("medium", 64, 0.1, 0.0): (10.0, 80.0, 80.0),
    ("tuned", 64, 0.2, 0.0): (9.0, 80.2, 80.2),
    ("small", 16, 0.1, 0.0): (5.0, 81.0, 81.0),
    ("large", 200, 0.1, 0.0): (20.0, 79.0, 79.0),
    ("sam", 64, 0.1, 0.1): (4.0, 81.5, 81.5),
    ("sam", 64, 0.1, 0.2): (3.0, 82.0, 82.0),
    ("random", 64, 0.1, 0.2): (9.9, 80.1, 80.1),
    ("rates", 64, 0.05, 0.0): (12.0, 79.5, 79.5),
    ("rates", 64, 0.4, 0.0): (8.0, 80.3, 80.3),
    ("abrupt", 64, 0.001, 0.0): (12.0, 79.5, 79.5),
    ("abrupt", 64, 0.01, 0.0): (8.0, 80.3, 80.3),
    ("warm-up", 64, 0.001, 0.0): (12.1, 79.5, 79.5),
    ("warm-up", 64, 0.01, 0.0): (5.0, 81.0, 81.0),
    ("signals-small", 32, 0.001, 0.0): (None, None, 70.0),
    ("signals-second", 16, 0.001, 0.0): (None, None, 70.0),
    ("signals-large", 200, 0.0035, 0.0): (None, None, 68.0),
    ("signals-large-same", 200, 0.001, 0.0): (None, None, 67.0),
    ("signals-large-steps", 200, 0.0035, 0.0): (None, None, 70.1),
}
COPIES = {"signals-small": 2, "signals-second": 2, "signals-large": 2}


def tables(
    noise=0.02,
    rescaled=1e6,
    adaptive=0.0,
    difference=1e-9,
    lost=(),
    diverged=(),
    same=None,
    shuffled=False,
    steep=1.0,
    **changed,
):
    """Made-up tables; `changed` are entries of `ARMS`, by arm or by (arm, rate, radius).

    `lost` and `diverged` are arms, or arms with a seed, that did not reach the common loss or whose
    end has no number. `same` maps arms to others whose very numbers they have. With `shuffled` test
    errors are ranked as the permutations of the control want.
    """
    random = np.random.default_rng(0)
    rows = []
    for (arm, size, rate, radius), usual in ARMS.items():
        name = f"{arm} {rate:g} {radius:g}"
        top, there, end = changed.get(name, changed.get(arm, usual))
        for seed in SEEDS:
            for number in range(COPIES.get(arm, 1)):
                own, other = random.normal(size=2) * noise
                facts = {"rate": rate, "radius": radius, "copy": number, "seed": seed}
                described = {"arm": arm, "batch_size": size, **facts}
                # Differences of a seed are common to all arms.
                error = 100 - end - own - 0.3 * (seed % 5)
                named = {arm, name, (arm, seed), (name, seed)}
                last = {"test_error": np.nan if named & set(diverged) else error}
                last |= {"train_error": 0.0}
                rows.append({**described, "place": "end", "step": 100, "reached": True, **last})
                if top is not None:
                    reached = not named & set(lost)
                    sharp = dict.fromkeys(CURVATURE, top * np.exp(other))
                    found = {"test_error": error + end - there, **sharp} if reached else {}
                    step = 50 if reached else -1
                    place = {"place": "target", "step": step, "reached": reached}
                    rows.append({**described, **place, **found})
    minima = pd.DataFrame(rows)
    # Facts, not measurements: an arm whose networks diverged keeps its rate.
    minima[["rate", "radius"]] = minima[["rate", "radius"]].astype(object)
    for ours, others in (same or {}).items():
        minima = _copied(minima, ours, others)
    if shuffled:
        minima = _shuffled(minima)
    return {
        "minima": minima,
        "rescaling": _rescaled(rescaled, adaptive, difference),
        **pictured(steep, SEEDS),
    }


def _copied(minima, ours, others):
    """The numbers of the arm `others` for the arm `ours`, seed by seed."""
    ours, others = (minima.index[minima.arm + " " + minima.rate.map("{:g}".format) + " "
                                 + minima.radius.map("{:g}".format) == name]
                    for name in (ours, others))  # fmt: skip
    assert len(ours) == len(others) > 0
    numbers = ["step", "reached", "test_error", "train_error", *CURVATURE]
    made = minima.copy()
    made.loc[ours, numbers] = minima.loc[others, numbers].to_numpy()
    return made.infer_objects()


def _shuffled(minima):
    """Test errors whose permutations are ranked as sharpness is."""
    made = minima.copy()
    pool = minima[(minima.place == "target") & minima.arm.isin(ONE_RATE)]
    for seed, part in pool.groupby("seed"):
        ranks = part["top"].rank().to_numpy()
        orders = permutations(seed, len(part))
        made.loc[part.index, "test_error"] = sum(ranks[np.argsort(order)] for order in orders)
    return made


def _rescaled(rescaled, adaptive, difference):
    factors = [
        (1.0, 1.0, 0.0, 0.0),
        (0.1, 50.0, 0.0, 1e-12),
        (0.001, rescaled, adaptive, difference),
    ]
    made = pd.DataFrame(
        [
            {
                "factor": f,
                "seed": s,
                "top": t * (1 + s / 100),
                "adaptive": 0.05 + a,
                "difference": d,
            }
            for f, t, a, d in factors
            for s in SEEDS
        ]
    )
    return made.astype({"factor": object})


def settings(**changed):
    """The smoke scale's settings of the study as builtins."""
    folder = Path(__file__).resolve().parents[3] / "config"
    loaded = load_configuration(folder, {"scale": "smoke", "sharpness": copy.deepcopy(changed)})
    return loaded.sharpness


SAM, WARM, COLD = "sam 0.1 0.2", "warm-up 0.01 0", "abrupt 0.01 0"
LOW = "warm-up 0.001 0"
PLAIN = ARMS[("medium", 64, 0.1, 0.0)]
POOL = {
    f"{arm} {rate:g} {radius:g}": numbers
    for (arm, _, rate, radius), numbers in ARMS.items()
    if arm in ONE_RATE
}
FLAT = ("flat-generalises", "flat-generalises-adaptive")
# Worlds in which the opposite is true, while the control behaves.
REVERSED = {
    "large-batch-sharp": [{"large": (5.0, 79.0, 79.0)}],
    "large-batch-generalises-worse": [{"signals-large": (None, None, 71.0)}],
    **{
        claim: [{name: (1 / top, there, end) for name, (top, there, end) in POOL.items()}]
        for claim in FLAT
    },
    "sam": [{SAM: (9.0, 82.0, 82.0)}, {SAM: (3.0, 82.0, 79.0)}],
    "robust-to-noise": [{"small": (40.0, 81.0, 81.0)}],
    "warm-up": [{WARM: (12.0, 81.0, 81.0)}, {WARM: (5.0, 79.0, 79.0)}],
}
# Worlds in which the control fails.
CONTROL_FAILS = {
    "large-batch-sharp": [{"random": (20.0, 80.0, 80.0)}],
    "large-batch-generalises-worse": [{"signals-second": (None, None, 66.0)}],
    **{claim: [{"shuffled": True}] for claim in FLAT},
    "sam": [{"random": (2.0, 80.0, 80.0)}, {"random": (9.9, 80.1, 81.0)}],
    "robust-to-noise": [{"random": (20.0, 80.0, 80.0)}],
    "warm-up": [{LOW: (5.0, 79.5, 79.5)}, {LOW: (12.0, 82.5, 82.5)}],
}
# Worlds in which there is nothing.
NULL = {
    "large-batch-sharp": {
        "absent": {"large": ARMS[("small", 16, 0.1, 0.0)]},
        "identical": {"same": {"large 0.1 0": "small 0.1 0"}},
        "never": {"lost": ["large"]},
    },
    "large-batch-generalises-worse": {
        "absent": {"signals-large": (None, None, 70.0)},
        "identical": {"same": {"signals-large 0.0035 0": "signals-small 0.001 0"}},
        "never": {"diverged": ["signals-large"]},
    },
    **{
        claim: {
            "absent": dict.fromkeys(POOL, PLAIN),
            "identical": {"same": dict.fromkeys(POOL, "medium 0.1 0")},
            "never": {"lost": list(POOL)},
        }
        for claim in FLAT
    },
    "sam": {
        "absent": {SAM: PLAIN, "tuned": PLAIN},
        "identical": {"same": {SAM: "medium 0.1 0", "tuned 0.2 0": "medium 0.1 0"}},
        "never": {"lost": [SAM]},
    },
    "robust-to-noise": {
        "absent": {"large": ARMS[("small", 16, 0.1, 0.0)]},
        "identical": {"same": {"large 0.1 0": "small 0.1 0"}},
        "never": {"lost": ["large", "small"]},
    },
    "warm-up": {
        "absent": {WARM: ARMS[("abrupt", 64, 0.01, 0.0)]},
        "identical": {"same": {WARM: COLD}},
        "never": {"lost": [WARM, COLD], "diverged": [WARM, COLD]},
    },
}
EXAMPLE = StudyExample(
    study="sharpness",
    cfg=CFG,
    tables=tables,
    reversed=REVERSED,
    control_fails=CONTROL_FAILS,
    null=NULL,
    noisy=lambda: tables(noise=30.0),
    unsettled=dict.fromkeys(REVERSED, Verdict.UNDECIDED),
    reads={"minima": set(REVERSED)},
    other=lambda: tables(noise=0.5, rescaled=1e5, steep=3.0),
    titled={"batch_size"},
)
