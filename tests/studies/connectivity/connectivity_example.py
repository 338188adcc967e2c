"""Made-up tables of the study, in which every effect is as large as one wants it to be."""

import numpy as np
import pandas as pd

from tests.studies.study_example import StudyExample
from workflow_scripts.evidence.claims.row import Verdict

SEEDS = range(5)
POINTS = {"lenet": [0, 20, 500], "resnet": [0, 20, 500]}
CFG = {
    "scale": "laptop",
    "connectivity.main": "lenet",
    "connectivity.unstable": "resnet",
    "connectivity.branches": POINTS,
}
POSITIONS = np.linspace(0, 1, 9)
BUMP = 4 * POSITIONS * (1 - POSITIONS)
WIDTHS = [38, 75, 150, 300]

# In this world every claim is true and every control comes out the other way.
WORLD = {
    "line": 1.5,  # nats
    "late": 0.02,  # nats, between copies of the main chain that part late
    "excess": {"line": 20.0, "bezier": 0.3, "chain": 0.4, "band": 0.5},  # pp
    "gain": 1.5,  # pp, of the average over the last iterate
    "flatter": 0.3,  # largest eigenvalue, average over last
    "annealed gain": 0.02,  # pp
    "greedy": 0.1,  # pp above the best copy
    "independent": -40.0,  # pp, average of two against the better
    "branches": {"lenet": {0: 1.0, 20: 0.5, 500: 0.2}, "resnet": {0: 20.0, 20: 8.0, 500: 0.5}},
    "removed": {38: 0.1, 75: 0.2, 150: 0.3, 300: 0.4},  # share of the barrier
    "copy": {"as trained": 1.2, "matched": 0.0},  # nats
    "spread": 1.0,
}


def noise(number, spread):
    """What seeds differ by: small, the mean over seeds is zero, another order each `number`."""
    return spread * 0.05 * np.roll([-2.0, -1.0, 0.0, 1.0, 2.0], number)


def tables(**changes):
    """The study's tables in `WORLD` with some of its parts changed."""
    world = WORLD | changes
    paths, branches, matching = _paths(world), _branches(world), _matching(world)
    return {
        "paths": paths,
        "paths_lines": _lines(paths, ["kind", "seed", "split"]),
        "branches": branches,
        "branches_lines": _lines(branches, ["chain", "point", "seed", "split"]),
        "matching": matching,
        "matching_lines": _lines(matching, ["chain", "width", "pair", "order", "seed", "split"]),
        "plane": _plane(),
        "averages": _averages(world),
        "soups": _soups(world),
    }


def _rows(number, spread, loss, error, **keys):
    wobble = noise(number, spread)
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
            rows.append(_rows(number, world["spread"], loss, error, kind=kind, split=split))
    return pd.concat(rows, ignore_index=True)


def _branches(world):
    rows = []
    for chain, points in world["branches"].items():
        for number, (point, error) in enumerate(points.items()):
            loss = world["late"] if point == max(points) else 0.1 * error
            for split in ("train", "test"):
                keys = {"chain": chain, "point": point, "split": split}
                rows.append(_rows(number, world["spread"], loss, error, **keys))
    return pd.concat(rows, ignore_index=True)


def _matching(world):
    rows = []
    for number, (width, removed) in enumerate(world["removed"].items()):
        keys = {"chain": f"chain{width}", "width": width, "split": "test"}
        line = world["line"]
        heights = {
            ("independent", "as trained"): line,
            ("independent", "matched"): line * (1 - removed),
            ("copy", "as trained"): world["copy"]["as trained"],
            ("copy", "matched"): world["copy"]["matched"],
        }
        for offset, ((pair, order), loss) in enumerate(heights.items()):
            spread = world["spread"] if pair == "independent" or order == "as trained" else 0.0
            made = _rows(number + offset, spread, loss, 10.0, pair=pair, order=order, **keys)
            rows.append(made)
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
    gains = {
        "start": -1.0,
        "last": 0.0,
        "average": world["gain"],
        "moving average": world["gain"] - 0.2,
        "annealed": 1.2,
        "annealed average": 1.2 + world["annealed gain"],
    }
    eigenvalues = {"last": 40.0, "average": 40.0 * world["flatter"]}
    rows = []
    for number, (point, gain) in enumerate(gains.items()):
        wobble = noise(number, world["spread"])
        rows.append(
            pd.DataFrame(
                {
                    "point": point,
                    "seed": list(SEEDS),
                    "accuracy": accuracy + gain + wobble,
                    "test_loss": 0.5,
                    "train_loss": 0.2,
                    "largest_eigenvalue": eigenvalues.get(point, 20.0) * np.exp(0.2 * wobble),
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def _soups(world):
    accuracy = 85 + np.sin(np.arange(len(SEEDS)))
    gains = {
        "ancestor": -0.5,
        "best copy": 0.0,
        "greedy": world["greedy"],
        "uniform": 0.05,
        "copy 0": -0.2,
        "copy 1": 0.0,
        "better of the independent": 0.0,
        "independent average": world["independent"],
    }
    rows = []
    for number, (soup, gain) in enumerate(gains.items()):
        wobble = 0.5 * noise(number, world["spread"])
        made = {"soup": soup, "seed": list(SEEDS), "number": 1, "accuracy": accuracy + gain}
        rows.append(pd.DataFrame(made).assign(accuracy=accuracy + gain + wobble))
    whole = {"soup": ["all independent"], "seed": [0], "number": [10], "accuracy": [12.0]}
    return pd.concat([*rows, pd.DataFrame(whole)], ignore_index=True)


def excess(**changed):
    return {"excess": WORLD["excess"] | changed}


def branches(**changed):
    return {"branches": {c: WORLD["branches"][c] | changed.get(c, {}) for c in WORLD["branches"]}}


def other():
    """Tables in which everything that figures show is other."""
    made = tables(
        excess={"line": 5.0, "bezier": 3.0, "chain": 4.0, "band": 5.0},
        gain=-2.0,
        greedy=-1.0,
        branches={"lenet": {0: 9.0, 20: 0.5, 500: 0.2}, "resnet": {0: 2.0, 20: 8.0, 500: 0.5}},
        removed={38: 0.9, 75: 0.2, 150: 0.3, 300: 0.4},
    )
    made["plane"] = made["plane"].assign(loss=made["plane"].loss + made["plane"].across ** 2)
    return made


# Worlds in which a part of a claim is false, while its control behaves.
REVERSED = {
    "line-barrier": [{"line": 0.1}],
    "curved-path": [excess(bezier=4.0)],
    "chain": [excess(chain=4.0), excess(band=4.0)],
    "swa": [{"gain": -1.0}, {"flatter": 1.5}],
    "soup-same-basin": [{"greedy": -0.5}],
    "same-basin": [branches(lenet={500: 5.0}), branches(resnet={500: 5.0})],
    "permutation": [
        {"removed": {38: 0.4, 75: 0.3, 150: 0.2, 300: 0.1}},
        {"removed": {38: -0.5, 75: -0.4, 150: -0.3, 300: -0.2}},
    ],
}
# Worlds in which the control fails, and with it the test's power to tell.
CONTROL_FAILS = {
    "line-barrier": [{"late": 0.5}],
    "curved-path": [excess(line=0.5)],
    "chain": [excess(line=0.5)],
    "swa": [{"annealed gain": 0.6}, {"annealed gain": -0.6}],
    "soup-same-basin": [{"independent": -1.0}],
    "same-basin": [branches(resnet={0: 1.0})],
    "permutation": [
        {"copy": {"as trained": 0.05, "matched": 0.0}},
        {"copy": {"as trained": 1.2, "matched": 0.01}},
    ],
}
EXAMPLE = StudyExample(
    study="connectivity",
    cfg=CFG,
    tables=tables,
    reversed=REVERSED,
    control_fails=CONTROL_FAILS,
    noisy=lambda: tables(spread=200.0),
    unsettled=dict.fromkeys(REVERSED, Verdict.INCONCLUSIVE),
    reads={
        "paths": {"line-barrier", "curved-path", "chain"},
        "branches": {"line-barrier", "same-basin"},
        "matching": {"permutation"},
        "averages": {"swa"},
        "soups": {"soup-same-basin"},
    },
    other=other,
    on_the_margin={
        "line-barrier": [{"line": 0.3}],
        "curved-path": [excess(bezier=1.0)],
        "chain": [excess(chain=1.0)],
        "swa": [{"gain": 0.0}],
        "soup-same-basin": [{"greedy": -0.05}],
        "same-basin": [branches(lenet={500: 2.0})],
        "permutation": [{"removed": dict.fromkeys(WIDTHS, 0.3)}],
    },
)
