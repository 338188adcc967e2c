"""Made-up tables of the study, in which every effect is as large as one wants it to be."""

import numpy as np
import pandas as pd

from tests.studies.study_example import StudyExample
from workflow_scripts.evidence.claims.row import Verdict

SEEDS = range(100, 120)
FEWER = SEEDS[:10]
"""Those of claims about costs, about the cells of DARTS, and about scaling."""
SPACES = {
    "edges-2": {"operations": "csp", "free": [0, 2]},
    "edges-3": {"operations": "csp", "free": [0, 2, 5]},
    "middle": {"operations": "csp", "free": [0, 1, 2, 4, 5]},
    "edges-6": {"operations": "csp", "free": [0, 1, 2, 3, 4, 5]},
    "good": {"operations": "cds", "free": [0, 1, 2, 4, 5]},
    "bad": {"operations": "psn", "free": [0, 1, 2, 4, 5]},
}
SHORT = ("edges-2", "edges-3", "second")
"""Supernets that only claims about costs and about the cells of DARTS read."""
GROWING = ["edges-2", "edges-3", "middle", "edges-6"]
ARM = {"training": {"steps": 1000}, "every": 100}
CFG = {
    "scale": "laptop",
    "nas.seeds": ["100-109", "110-119"],
    "nas.growing_seeds": ["100-109"],
    "nas.scaled_seeds": ["100-109"],
    "nas.stop": 400,
    "nas.spaces": SPACES,
    "nas.search.compared": 40,
    "nas.supernets": {"first": ARM, "protected": ARM},
    "nas.compound.base": "base",
    "nas.compound.single": ["depth", "width", "length"],
    "nas.compound.together": "together",
    "nas.compound.half": "half",
    "nas.cells.hand": "cccscc",
    "nas.good": "good",
    "nas.middle": "middle",
    "nas.bad": "bad",
    "nas.growing": GROWING,
    "nas.differentiable": {name: name for name in SPACES} | {"edges-6": "first"},
    "nas.second": "second",
    "nas.long": "first",
    "nas.protected": "protected",
}
ALGORITHMS = {"random": 0.0, "reinforce": 0.5, "evolution": 1.0, "halving": -0.5}
"""By how much (pp) each is better than random search where they are compared."""
COST = 3.0
HAND = 86.0

# In this world every claim is true and every control comes out the other way.
WORLD = {
    "ratio": 30.0,
    "growth": 0.25,
    "gain": 2.0,
    "above": (1.5, 1.5),  # sd, by order
    "untrained": 0.0,
    "hand": 0.3,
    "mean": 15.0,
    "variances": 60.0,  # over that of algorithms
    "permuted": 0.3,
    "levels": (84.0, 80.0, 60.0),  # of the good, the middle and the bad space
    "bad": 20.0,  # pp of the mean of the good space over the best that is found
    "good": 4.0,
    "compound": 2.0,
    "half": -3.0,
    "skips": 0.8,
    "worse": -2.0,
    "protected": -0.2,
    "spread": 1.0,
    "common": False,  # whether seeds differ by the same everywhere, to the last bit
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
        "searches": _searches(world),
        "reached": _reached(world),
        "variances": _variances(world),
        "supernets": _supernets(world),
        "untrained": _untrained(world),
        "spaces": _spaces(world),
        "retrained": _retrained(world),
        "scaled": _scaled(world),
    }


def _level(space, world):
    places = {"good": 0, "middle": 1, "bad": 2}
    return world["levels"][places[space]] if space in places else 80.0


def _searches(world):
    rows = []
    for space, spec in SPACES.items():
        for number, (algorithm, better) in enumerate(ALGORITHMS.items()):
            for seed in SEEDS:
                own = noise(number, seed, world)
                ends = {
                    "edges-6": HAND + world["hand"],
                    "good": 82.0 + world["good"],
                    "bad": 82.0 - world["bad"],
                }
                end = ends.get(space, 85.0) + own
                mean = {"edges-6": HAND + world["hand"] - world["mean"], "good": 82.0}
                for trainings in (1, 40, 300):
                    share = {1: 5.0, 40: 1.0, 300: 0.2}[trainings]
                    lead = world["gain"] if algorithm != "random" else 0.0
                    middle = _level(space, world) + better + own
                    rows.append(
                        {
                            "seed": seed,
                            "space": space,
                            "edges": len(spec["free"]),
                            "algorithm": algorithm,
                            "trainings": trainings,
                            "accuracy": {1: 60.0, 40: middle, 300: end}[trainings],
                            "regret": share * (3.0 - lead) + 0.1 * own,
                            "validation": 85.0 + number * 0.1 + own,
                            "space_mean": mean.get(space, 70.0),
                            "space_sd": 10.0,
                            "space_best": 88.0 + 1e-4 * (seed - SEEDS[0]),
                            "hand": HAND + (world["spread"] > 1) * 0.3 * own,
                        }
                    )
    return pd.DataFrame(rows)


def _reached(world):
    rows = []
    for space in GROWING:
        edges = len(SPACES[space]["free"])
        for number, algorithm in enumerate(ALGORITHMS):
            for seed in SEEDS:
                log = np.log10(world["ratio"] * COST) + world["growth"] * (edges - 6)
                log += 0.3 * noise(number + edges, seed, world) + 0.2 * (algorithm == "random")
                for level in (0, 1, 2):
                    row = {"seed": seed, "space": space, "edges": edges, "algorithm": algorithm}
                    rows.append(row | {"level": level, "log_trainings": log, "share": 1.0})
    return pd.DataFrame(rows)


def _variances(world):
    rows = []
    for number, (arm, ratio) in enumerate(
        (("spaces", world["variances"]), ("permuted", world["permuted"]))
    ):
        for seed in SEEDS:
            spaces = ratio * np.exp(2 * noise(number, seed, world))
            rows.append({"seed": seed, "arm": arm, "spaces": spaces, "algorithms": 1.0})
    return pd.DataFrame(rows)


def _supernets(world):
    arms = {name: name for name in SPACES} | {"second": "edges-6", "protected": "edges-6"}
    arms["first"] = arms.pop("edges-6")
    arms["first"] = "edges-6"
    rows = []
    for number, (name, space) in enumerate(arms.items()):
        steps = (0, 100, 400, 1000) if name in ("first", "protected") else (0, 400)
        for seed in FEWER if name in SHORT else SEEDS:
            for step in steps:
                own, late = noise(number, seed, world), step == 1000
                drift = {"first": world["skips"], "protected": world["protected"]}.get(name, 0.0)
                moved = drift + noise(number + 1, seed, world)
                worse = world["worse"] + noise(number + 2, seed, world)
                above = world["above"][name == "second"] if name in ("first", "second") else 1.2
                rows.append(
                    {
                        "seed": seed,
                        "supernet": name,
                        "space": space,
                        "edges": len(SPACES[space]["free"]),
                        "step": step,
                        "cell": "cccccs" if seed % 3 else "cccscc",
                        "skips": 1,
                        "share": 2.0 if step == 0 else 1.0 + moved * late + own,
                        "accuracy": _level(space, world) + 0.2 + own + worse * late,
                        "regret": 0.5 + 0.1 * own,
                        "above_mean": above + own,
                        "trainings": COST * step / 400,
                        "multiply_adds": step * 1000,
                    }
                )
    return pd.DataFrame(rows)


def _untrained(world):
    rows = [
        {
            "supernet": name,
            "seed": seed,
            "accuracy": 70.0 + noise(3, seed, world),
            "regret": 15.0 + noise(2, seed, world),
            "above_mean": world["untrained"] + noise(1, seed, world),
        }
        for name in ("first", "second")
        for seed in (FEWER if name in SHORT else SEEDS)
    ]
    return pd.DataFrame(rows)


def _spaces(world):
    rows = []
    for space in SPACES:
        for number in range(30):
            test = _level(space, world) - 10 + 0.4 * number
            rows.append((f"{'cspd'[number % 4]}cccc{'cs'[number % 2]}", space, test))
    rows += [("cccscc", "edges-6", 86.0), ("cccscc", "hand", HAND)]
    frame = pd.DataFrame(rows, columns=["cell", "space", "test"])
    return frame.assign(validation=frame.test, parameters=900, multiply_adds=9000, noise=0.3)


def _retrained(world):
    return pd.DataFrame(
        {
            "cell": ["cccccs", "cpsscc"],
            "draw": [100, 101],
            "validation": [84.0, 80.0],
            "validation_before": [84.0, 80.0],
            "test": [85.0, 81.0],
            "test_before": [85.0, 81.0],
            "difference": [0.0, 0.0],
        }
    )


def _scaled(world):
    ends = {"base": 75.0, "depth": 78.0, "width": 79.0, "length": 80.0}
    ends |= {"together": 80.0 + world["compound"], "half": 80.0 + world["half"]}
    rows = []
    for number, (name, end) in enumerate(ends.items()):
        for seed in FEWER:
            test = end + noise(number, seed, world)
            rows.append(
                {
                    "network": name,
                    "seed": seed,
                    "parameters": 1000,
                    "multiply_adds": 40000,
                    "validation": test,
                    "test": test,
                    "length": 30,
                    "blocks": 2,
                    "channels": "4-8",
                }
            )
    return pd.DataFrame(rows)


SAME = {"common": True}
NULL = {
    "rl-is-expensive": {
        "absent": {"ratio": 1.0, "growth": 0.0, "gain": 0.0},
        "identical": {"ratio": 1.0, "growth": 0.0, "gain": 0.0, **SAME},
    },
    "darts-works": {
        "absent": {"above": (0.0, 0.0)},
        "identical": {"above": (0.0, 0.0), **SAME},
    },
    "marginal": {
        # No cell is better than another: then the found one is as good as the mean, too.
        "absent": {"hand": 0.0, "mean": 0.0},
        "identical": {"hand": 0.0, "mean": 0.0, **SAME},
    },
    "space-over-algorithm": {
        "absent": {"variances": 1.0, "levels": (80.0, 80.0, 80.0)},
        "identical": {"variances": 1.0, "levels": (80.0, 80.0, 80.0), **SAME},
    },
    "no-good-no-find": {
        "absent": {"bad": 0.0, "good": 0.0},
        "identical": {"bad": 0.0, "good": 0.0, **SAME},
    },
    "compound": {
        "absent": {"compound": 0.0, "half": 0.0},
        "identical": {"compound": 0.0, "half": 0.0, **SAME},
    },
    "collapse": {
        "absent": {"skips": 0.0, "worse": 0.0},
        "identical": {"skips": 0.0, "worse": 0.0, "protected": 0.0, **SAME},
    },
}

EXAMPLE = StudyExample(
    study="nas",
    cfg=CFG,
    tables=tables,
    reversed={
        "rl-is-expensive": [{"ratio": 3.0}, {"growth": -0.1}],
        "darts-works": [{"above": (0.5, 1.5)}, {"above": (1.5, 0.5)}],
        "marginal": [{"hand": 2.0}, {"hand": -2.0}],
        "space-over-algorithm": [{"variances": 1.0}, {"levels": (80.0, 80.3, 80.1)}],
        "no-good-no-find": [{"bad": -2.0}],
        "compound": [{"compound": -2.0}],
        "collapse": [{"skips": -0.5}, {"worse": 2.0}],
    },
    control_fails={
        "rl-is-expensive": [{"gain": -1.0}],
        "darts-works": [{"untrained": 1.5}],
        "marginal": [{"mean": 0.0}],
        "space-over-algorithm": [{"permuted": 50.0}],
        "no-good-no-find": [{"good": -1.0}],
        "compound": [{"half": 1.0}],
        "collapse": [{"protected": 0.9}],
    },
    null=NULL,
    on_the_margin={
        "rl-is-expensive": [{"ratio": 10.0}],
        "darts-works": [{"above": (1.0, 1.5)}],
        "marginal": [{"hand": 1.0}],
        "compound": [{"compound": 0.0}],
        "collapse": [{"skips": 0.0}],
    },
    noisy=lambda: tables(spread=200.0),
    unsettled=dict.fromkeys(NULL, Verdict.UNDECIDED),
    reads={
        "searches": {
            "rl-is-expensive",
            "marginal",
            "space-over-algorithm",
            "no-good-no-find",
        },
        "reached": {"rl-is-expensive"},
        "variances": {"space-over-algorithm"},
        "supernets": {"rl-is-expensive", "darts-works", "space-over-algorithm", "collapse"},
        "untrained": {"darts-works"},
        "scaled": {"compound"},
    },
    other=lambda: tables(
        ratio=20.0, gain=1.0, levels=(83.0, 75.0, 50.0), skips=0.2, compound=5.0, hand=0.8
    ),
    pictures={"cell"},
    titled={"cell"},
)
