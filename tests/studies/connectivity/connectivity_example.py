"""Made-up tables of the study, in which every effect is as large as one wants it to be."""

import numpy as np
import pandas as pd

from tests.studies.study_example import StudyExample
from workflow_scripts.evidence.claims.row import Verdict

SEEDS = range(100, 120)
BATCHES = ["100-104", "105-109", "110-114", "115-119"]
CFG = {
    "scale": "laptop",
    "connectivity.seeds": BATCHES,
    "connectivity.main": "mlp",
    "connectivity.unstable": "resnet",
}
POSITIONS = np.linspace(0, 1, 9)
BUMP = 4 * POSITIONS * (1 - POSITIONS)
WIDTHS = [8, 16, 64, 256]

# In this world every claim is true and every control comes out the other way.
WORLD = {
    "line": 1.5,  # nats
    "late": 0.02,  # nats, between copies of the main network that part late
    "excess": {"line": 20.0, "bezier": 0.3, "chain": 0.4, "band": 0.5},  # pp
    "gain": 1.5,  # pp, of the average over the last iterate
    "flatter": 0.3,  # largest eigenvalue, average over last
    "rivals": {"annealed": 1.4, "moving average": 1.3},  # pp over the last iterate
    "first": -3.0,  # pp, of the average of the first iterates over the last iterate
    "uniform": 0.4,  # pp above the mean of the copies
    "greedy": 0.1,  # pp above the best copy
    "unrelated": -40.0,  # pp, average of two networks above their mean
    "branches": {"mlp": {500: 0.1}, "resnet": {0: 20.0, 20: 8.0, 60: 0.5}},  # pp
    "before": 1.5,  # nats, between networks of any width
    "removed": {8: 0.4, 16: 0.6, 64: 0.8, 256: 0.95},  # share of the barrier
    "random": 0.0,  # share of the barrier that random orders remove
    "spread": 1.0,
    "same": False,  # whether seeds differ from each other in all arms alike
}


def noise(number, world):
    """What seeds differ by: small, no two alike, with mean zero over every five seeds."""
    pattern = np.roll([-2.0, -1.0, 0.0, 1.0, 2.0], 0 if world["same"] else number)
    return world["spread"] * 0.05 * np.concatenate([pattern * s for s in (1.0, 1.2, 0.8, 1.1)])


def tables(**changes):
    """The study's tables in `WORLD` with some of its parts changed."""
    world = WORLD | changes
    paths, branches, matching = _paths(world), _branches(world), _matching(world)
    return {
        "paths": paths,
        "paths_lines": _lines(paths, ["kind", "seed", "split"]),
        "branches": branches,
        "branches_lines": _lines(branches, ["network", "point", "seed", "split"]),
        "matching": matching,
        "matching_lines": _lines(matching, ["network", "width", "order", "seed", "split"]),
        "plane": _plane(),
        "averages": _averages(world),
        "soups": _soups(world),
    }


def _rows(number, world, loss, error, **keys):
    wobble = noise(number, world)
    return pd.DataFrame(
        {
            **keys,
            "seed": list(SEEDS),
            "loss_barrier": loss + 0.2 * wobble,
            "error_barrier": error + wobble,
            "excess": error + wobble,
        }
    )


def _paths(world):
    rows = []
    for number, (kind, error) in enumerate(world["excess"].items()):
        for split in ("train", "test"):
            loss = world["line"] if kind == "line" else 0.01
            rows.append(_rows(number, world, loss, error, kind=kind, split=split))
    return pd.concat(rows, ignore_index=True)


def _branches(world):
    rows = []
    for network, points in world["branches"].items():
        for number, (point, error) in enumerate(points.items()):
            loss = world["late"] if point == max(points) else 0.1 * error
            for split in ("train", "test"):
                keys = {"network": network, "point": point, "split": split}
                rows.append(_rows(number, world, loss, error, **keys))
    return pd.concat(rows, ignore_index=True)


def _matching(world):
    rows = []
    for number, (width, share) in enumerate(world["removed"].items()):
        keys = {"network": f"mlp-{width}", "width": width, "split": "test"}
        shares = {"unmatched": 0.0, "matched": share, "random": world["random"]}
        before = _rows(0, world, world["before"], 10.0)
        for offset, (order, removed) in enumerate(shares.items()):
            made = _rows(0, world, 0.0, 10.0, order=order, **keys)
            wobble = 0.0 if order == "unmatched" else 0.1 * noise(number + offset, world)
            kept = 1 - removed - (0.0 if world["same"] else wobble)
            rows.append(made.assign(loss_barrier=kept * before.loss_barrier))
    return pd.concat(rows, ignore_index=True)


def _lines(summary, keys):
    """The lines that have these barriers: a bump between ends that are alike."""
    parts = [
        summary[keys].assign(
            position=position,
            loss=0.5 + bump * summary.loss_barrier,
            error=15 + bump * summary.error_barrier,
        )
        for position, bump in zip(POSITIONS, BUMP, strict=True)
    ]
    return pd.concat(parts, ignore_index=True)


def _plane():
    across, up = np.meshgrid(np.linspace(-5, 25, 7), np.linspace(-3, 12, 7))
    grid = pd.DataFrame({"mark": np.nan, "across": across.ravel(), "up": up.ravel()})
    marks = pd.DataFrame(
        {"mark": ["first", "second", "bend"], "across": [0.0, 20, 10], "up": [0.0, 0, 9]}
    )
    table = pd.concat([grid.astype({"mark": object}), marks], ignore_index=True)
    return table.assign(loss=0.1 + 0.01 * (table.up - 5) ** 2, error=10.0)


def _averages(world):
    accuracy = 84 + np.sin(np.arange(len(SEEDS)))
    gains = {"last": 0.0, "average": world["gain"], "first average": world["first"]}
    gains |= world["rivals"]
    eigenvalues = {"last": 40.0, "average": 40.0 * world["flatter"]}
    other = 40.0 if world["same"] else 20.0
    rows = []
    for number, (point, gain) in enumerate(gains.items()):
        wobble = noise(number, world)
        rows.append(
            pd.DataFrame(
                {
                    "point": point,
                    "seed": list(SEEDS),
                    "accuracy": accuracy + gain + wobble,
                    "test_loss": 0.5,
                    "train_loss": 0.2,
                    "largest_eigenvalue": eigenvalues.get(point, other) * np.exp(0.2 * wobble),
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def _soups(world):
    accuracy = 85 + np.sin(np.arange(len(SEEDS)))
    best = 0.0 if world["same"] else 0.2
    gains = {
        "ancestor": -60.0,
        "mean of the copies": 0.0,
        "best copy": best,
        "greedy": best + world["greedy"],
        "uniform": world["uniform"],
        "copy 0": -best,
        "copy 1": best,
        "mean of the unrelated": 0.0,
        "unrelated average": world["unrelated"],
    }
    rows = []
    for number, (soup, gain) in enumerate(gains.items()):
        wobble = 0.5 * noise(number, world)
        made = {"soup": soup, "seed": list(SEEDS), "number": 1 + (soup == "greedy")}
        rows.append(pd.DataFrame(made).assign(accuracy=accuracy + gain + wobble))
    return pd.concat(rows, ignore_index=True)


def excess(**changed):
    return {"excess": WORLD["excess"] | changed}


def branches(**changed):
    return {"branches": {c: WORLD["branches"][c] | changed.get(c, {}) for c in WORLD["branches"]}}


def rivals(**changed):
    return {"rivals": WORLD["rivals"] | changed}


def everywhere(share):
    return {"removed": dict.fromkeys(WIDTHS, share)}


def other():
    """Tables in which everything that figures show is other."""
    made = tables(
        excess={"line": 5.0, "bezier": 3.0, "chain": 4.0, "band": 5.0},
        gain=-2.0,
        greedy=-1.0,
        branches={"mlp": {500: 0.1}, "resnet": {0: 2.0, 20: 8.0, 60: 0.5}},
        removed={8: 0.9, 16: 0.2, 64: 0.3, 256: 0.4},
    )
    made["plane"] = made["plane"].assign(loss=made["plane"].loss + made["plane"].across ** 2)
    return made


# Worlds in which a part of a claim is false, while its control behaves.
REVERSED = {
    "line-barrier": [{"line": 0.1}],
    "curved-path": [excess(bezier=4.0)],
    "chain": [excess(chain=4.0), excess(band=4.0)],
    "swa": [
        {"gain": -1.0, "rivals": {"annealed": -1.1, "moving average": -1.2}},
        {"flatter": 1.5},
        rivals(annealed=3.0),
        rivals(**{"moving average": 3.0}),
    ],
    "soup-same-basin": [{"greedy": -0.5}, {"uniform": -0.4}],
    "same-basin": [branches(resnet={60: 5.0})],
    "permutation": [
        {"removed": {8: 0.6, 16: 0.5, 64: 0.4, 256: 0.35}},
        {"removed": {8: -0.5, 16: -0.4, 64: -0.3, 256: 0.1}},
    ],
}
# Worlds in which the control fails, and with it the test's power to tell.
CONTROL_FAILS = {
    "line-barrier": [{"late": 0.5}],
    "curved-path": [excess(line=0.5)],
    "chain": [excess(line=0.5)],
    "swa": [{"first": 0.6}],
    "soup-same-basin": [{"unrelated": -1.0}],
    "same-basin": [branches(resnet={0: 1.0})],
    "permutation": [{"random": 0.3}],
}
# Worlds without the effect: arms that differ by their seeds' noise alone, and arms that are equal.
NULL = {
    "line-barrier": {"absent": {"line": 0.0}, "identical": {"line": 0.0, "spread": 0.0}},
    "curved-path": {
        "absent": excess(bezier=20.0),
        "identical": excess(bezier=20.0) | {"same": True},
    },
    "chain": {
        "absent": excess(chain=20.0, band=20.0),
        "identical": excess(chain=20.0, band=20.0) | {"same": True},
    },
    "swa": {
        "absent": {"gain": 0.0, "flatter": 1.0, "first": 0.0}
        | rivals(annealed=0.0, **{"moving average": 0.0}),
        "identical": {"gain": 0.0, "flatter": 1.0, "first": 0.0, "same": True}
        | rivals(annealed=0.0, **{"moving average": 0.0}),
    },
    "soup-same-basin": {
        "absent": {"uniform": 0.0, "greedy": 0.0, "unrelated": 0.0},
        "identical": {"uniform": 0.0, "greedy": 0.0, "unrelated": 0.0, "same": True},
    },
    "same-basin": {
        "absent": branches(resnet={20: 20.0, 60: 20.0}),
        "identical": branches(resnet={20: 20.0, 60: 20.0}) | {"same": True},
    },
    "permutation": {"absent": everywhere(0.0), "identical": everywhere(0.0) | {"same": True}},
}
EXAMPLE = StudyExample(
    study="connectivity",
    cfg=CFG,
    tables=tables,
    reversed=REVERSED,
    control_fails=CONTROL_FAILS,
    noisy=lambda: tables(spread=200.0),
    unsettled=dict.fromkeys(REVERSED, Verdict.UNDECIDED),
    reads={
        "paths": {"line-barrier", "curved-path", "chain"},
        "branches": {"line-barrier", "same-basin"},
        "matching": {"permutation"},
        "averages": {"swa"},
        "soups": {"soup-same-basin"},
    },
    other=other,
    null=NULL,
    on_the_margin={
        "line-barrier": [{"line": 0.3}],
        "curved-path": [excess(bezier=1.0)],
        "chain": [excess(chain=1.0)],
        "swa": [{"gain": 0.0} | rivals(annealed=-1.0, **{"moving average": -1.0})],
        "soup-same-basin": [{"greedy": -0.05}, {"uniform": 0.0}],
        "same-basin": [branches(resnet={60: 2.0})],
        "permutation": [{"removed": {8: 0.1, 16: 0.15, 64: 0.2, 256: 0.25}}, everywhere(0.5)],
    },
)
