"""Step: gather the measurements of all trainings into the tidy tables of the study."""

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.statistics.survival import kaplan_meier, log_rank, median_time
from workflow_scripts.learning.ensemble.history import read_history, read_measured
from workflow_scripts.studies.grokking.events import SPLIT, first_kept
from workflow_scripts.studies.grokking.quantities import EXCLUDED, GINI, MEASURED, NORM, RESTRICTED
from workflow_scripts.studies.grokking.settings import Generalisation

CONDITION = [
    *("condition", "operation", "symbols", "fraction", "held_out", "weight_decay", "budget"),
    "seed",
]
MEASURES = tuple(quantity.column for quantity in (RESTRICTED, EXCLUDED, GINI, NORM))
REACHED = (10, 50, 90)
"""Accuracies in percent whose first steps are recorded."""


def ended(curves: pd.DataFrame, criterion: Generalisation) -> pd.DataFrame:
    """Each training up to its own end: others in its ensemble may have continued longer."""
    parts = []
    for _, curve in curves.groupby(CONDITION, sort=True):
        curve = curve.sort_values("step")
        kept = _kept(curve, "test_accuracy", 100 * criterion.level, criterion.hold)
        parts.append(curve[curve.step <= kept[1]] if kept else curve)
    return pd.concat(parts, ignore_index=True)


def outcomes(
    curves: pd.DataFrame, criterion: Generalisation, converged: float, plateau: float
) -> pd.DataFrame:
    """One row per training: the steps of its events (missing if not reached), and its measures.

    `memorised` and `generalised`: training and test accuracy reached the level of the criterion and
    kept it; `reached_10` etc.: test accuracy did so for 10 %, `learned_10` etc.: training accuracy;
    `converged`: first step with a training loss at or below `converged` nats; `plateau`: the last
    step at which test accuracy is below `plateau` times chance; `unmoved`: below chance and one
    standard deviation of a guess at all held-out entries. Accuracies are in %; measures have the
    suffix of the step: start, unmoved, plateau, end.
    """
    rows = []
    for keys, curve in curves.groupby(CONDITION, sort=True):
        curve = curve.sort_values("step").reset_index(drop=True)
        level, hold = 100 * criterion.level, criterion.hold
        events = {
            "memorised": _begun(curve, "train_accuracy", level, hold),
            "generalised": _begun(curve, "test_accuracy", level, hold),
            **{f"reached_{x}": _begun(curve, "test_accuracy", x, hold) for x in REACHED},
            **{f"learned_{x}": _begun(curve, "train_accuracy", x, hold) for x in REACHED},
        }
        start, end = curve.iloc[0], curve.iloc[-1]
        chance = 1 / start.symbols
        guess = chance + math.sqrt(chance * (1 - chance) / start.held_out)
        low = curve[curve.train_loss <= converged]
        at = {
            "start": start,
            "unmoved": _last_below(curve, 100 * guess),
            "plateau": _last_below(curve, 100 * plateau * chance),
            "end": end,
        }
        stopped = low.iloc[0] if len(low) else None
        rows.append(
            {
                **dict(zip(CONDITION, keys, strict=True)),
                "chance": 100 * chance,
                "end": end.step,
                **events,
                "converged": None if stopped is None else stopped.step,
                **{when: _of(at[when], "step") for when in ("unmoved", "plateau")},
                "accuracy": end.test_accuracy,
                "accuracy_memorised": _at(curve, events["memorised"], "test_accuracy"),
                "accuracy_converged": _of(stopped, "test_accuracy"),
                **{f"{m}_{when}": _of(row, m) for m in MEASURES for when, row in at.items()},
            }
        )
    table = pd.DataFrame(rows)
    steps = ["end", "memorised", "generalised", "converged", "unmoved", "plateau"]
    steps += [f"{kind}_{x}" for kind in ("reached", "learned") for x in REACHED]
    return table.astype(dict.fromkeys(steps, "Int64"))


def growth(curves: pd.DataFrame, outcomes: pd.DataFrame, main: str, random: str) -> pd.DataFrame:
    """How far the restricted loss fell until test accuracy moved, of a seed and its twin.

    One row per seed: `unmoved` (the last step at which the test accuracy of its network of the
    condition `main` is that of a guess), and the fall of the restricted loss up to then, in nats,
    of that network (`fall`) and of the same seed's in the condition `random` (`random_fall`).
    """
    steps = outcomes[outcomes.condition == main].set_index("seed").unmoved
    rows = []
    for seed, step in steps.items():
        falls = {}
        for name, condition in (("fall", main), ("random_fall", random)):
            curve = curves[(curves.condition == condition) & (curves.seed == seed)]
            loss = curve.set_index("step").restricted.sort_index()
            known = not pd.isna(step) and step in loss.index
            falls[name] = loss.iloc[0] - loss[step] if known else math.nan
        rows.append({"seed": seed, "unmoved": step, **falls})
    return pd.DataFrame(rows).astype({"unmoved": "Int64"})


def stops(curves: pd.DataFrame, converged: float) -> pd.DataFrame:
    """What stopping costs on images: one row per seed.

    `converged`: first measured step with a training loss at or below `converged` nats (missing if
    there is none); test accuracy in % there and at the end.
    """
    rows = []
    for seed, curve in curves.groupby("seed", sort=True):
        train = curve[curve.split == "train"].sort_values("step")
        test = curve[curve.split == "test"].set_index("step").accuracy.sort_index()
        low = train[train.loss <= converged]
        step = low.step.iloc[0] if len(low) else None
        rows.append(
            {
                "seed": seed,
                "converged": step,
                "end": test.index[-1],
                "accuracy_converged": math.nan if step is None else test[step],
                "accuracy": test.iloc[-1],
            }
        )
    return pd.DataFrame(rows).astype({"converged": "Int64"})


def waits(outcomes: pd.DataFrame, conditions: list[str]) -> pd.DataFrame:
    """Kaplan–Meier curves of the steps to generalise, weakest decay first.

    One row per step at which a network generalises, one at 0 and one at the budget: weight_decay,
    step, share (1 − S) with its 95 % interval, at_risk, and for the condition the median
    (infinite if not reached) and the p-value of the log-rank test against the next stronger decay.
    """
    table = outcomes[outcomes.condition.isin(conditions)]
    groups = {decay: _times(group) for decay, group in table.groupby("weight_decay")}
    stronger = dict(zip(list(groups)[:-1], list(groups)[1:], strict=True))
    parts = []
    for decay, sample in groups.items():
        curve = kaplan_meier(*sample).rename(columns={"time": "step"})
        budget = int(table[table.weight_decay == decay].budget.iloc[0])
        first = pd.DataFrame([{"step": 0.0, "share": 0.0, "low": 0.0, "high": 0.0}])
        reached = curve.iloc[[-1]] if len(curve) else first
        curve = pd.concat([first, curve, reached.assign(step=float(budget))], ignore_index=True)
        p = log_rank(sample, groups[stronger[decay]]) if decay in stronger else np.nan
        parts.append(
            curve.assign(
                weight_decay=decay, seeds=len(sample[0]), median=median_time(*sample), log_rank_p=p
            )
        )
    return pd.concat(parts, ignore_index=True)


def spectra(paths: Iterable[str], outcomes: pd.DataFrame) -> pd.DataFrame:
    """The Fourier spectrum of the embedding at the start and at the end of each training.

    One row per training, moment (start, end) and frequency, with its share of the power.
    """
    ends = outcomes.set_index(["condition", "seed"]).end
    parts = []
    for path in paths:
        members = read_history(path, MEASURED)[["condition", "seed"]].drop_duplicates()
        steps, spectrum = read_measured(path, SPLIT, "spectrum")
        for number, (condition, seed) in enumerate(members.itertuples(index=False)):
            last = int(np.flatnonzero(steps == ends[condition, seed])[0])
            for moment, at in (("start", 0), ("end", last)):
                shares = spectrum[at, number]
                parts.append(
                    pd.DataFrame(
                        {
                            "condition": condition,
                            "seed": seed,
                            "moment": moment,
                            "frequency": np.arange(1, len(shares) + 1),
                            "share": shares,
                        }
                    )
                )
    return pd.concat(parts, ignore_index=True)


def _times(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    happened = table.generalised.notna()
    times = table.generalised.where(happened, table.end)
    return times.to_numpy(dtype=float), happened.to_numpy()


def _kept(curve: pd.DataFrame, name: str, level: float, hold: int) -> tuple[int, int] | None:
    return first_kept(curve.step.to_numpy(), curve[name].to_numpy(), level, hold)


def _begun(curve: pd.DataFrame, name: str, level: float, hold: int) -> int | None:
    kept = _kept(curve, name, level, hold)
    return kept[0] if kept else None


def _at(curve: pd.DataFrame, step: int | None, name: str) -> float | None:
    return None if step is None else float(curve.loc[curve.step == step, name].iloc[0])


def _last_below(curve: pd.DataFrame, accuracy: float) -> pd.Series | None:
    below = curve[curve.test_accuracy < accuracy]
    return below.iloc[-1] if len(below) else None


def _of(row: pd.Series | None, name: str) -> float | None:
    return None if row is None else row[name]


def main(snakemake: Job) -> None:
    """Write curves, outcomes, waits, growth, stops and spectra."""
    cfg, wrote = snakemake.params.cfg, snakemake.output
    criterion = Generalisation.model_validate(section(cfg, "generalisation"))
    converged = section(cfg, "converged")
    paths = list(snakemake.input.histories)
    curves = pd.concat([read_history(path, MEASURED) for path in paths], ignore_index=True)
    curves = curves.drop(columns="split")
    own = ended(curves, criterion)
    came_to = outcomes(own, criterion, converged, section(cfg, "plateau"))
    write_table(own.sort_values([*CONDITION, "step"]), wrote.curves)
    write_table(came_to, wrote.outcomes)
    write_table(waits(came_to, list(section(cfg, "decays"))), wrote.waits)
    write_table(growth(curves, came_to, section(cfg, "main"), section(cfg, "random")), wrote.growth)
    images = pd.concat([read_history(path) for path in snakemake.input.images], ignore_index=True)
    write_table(stops(images, converged), wrote.stops)
    write_table(spectra(paths, came_to), wrote.spectra)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
