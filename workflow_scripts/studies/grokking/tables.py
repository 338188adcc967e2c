"""Step: gather what was measured of all trainings into the study's tidy tables."""

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

CONDITION = ["condition", "operation", "symbols", "fraction", "weight_decay", "budget", "seed"]
MEASURES = tuple(quantity.column for quantity in (RESTRICTED, EXCLUDED, GINI, NORM))
REACHED = (10, 50, 90)
"""Test accuracies in percent whose steps are noted."""


def ended(curves: pd.DataFrame, criterion: Generalisation) -> pd.DataFrame:
    """Each training up to its own end: others of its ensemble may have gone on for longer."""
    parts = []
    for _, curve in curves.groupby(CONDITION, sort=True):
        curve = curve.sort_values("step")
        kept = _kept(curve, "test_accuracy", 100 * criterion.level, criterion.hold)
        parts.append(curve[curve.step <= kept[1]] if kept else curve)
    return pd.concat(parts, ignore_index=True)


def outcomes(
    curves: pd.DataFrame, criterion: Generalisation, converged: float, plateau: float
) -> pd.DataFrame:
    """One row a training: the steps of its events (missing where not reached), and its measures.

    `memorised` and `generalised`: training and test accuracy reached the criterion's level for
    good; `reached_10` and the like: test accuracy did so for 10 %; `converged`: first step with a
    training loss at or below `converged` nats; `plateau`: the last step at which test accuracy is
    below `plateau`. Accuracies are in %; measures have the suffix of the step: start, plateau, end.
    """
    rows = []
    for keys, curve in curves.groupby(CONDITION, sort=True):
        curve = curve.sort_values("step").reset_index(drop=True)
        level, hold = 100 * criterion.level, criterion.hold
        events = {
            "memorised": _begun(curve, "train_accuracy", level, hold),
            "generalised": _begun(curve, "test_accuracy", level, hold),
            **{f"reached_{x}": _begun(curve, "test_accuracy", x, hold) for x in REACHED},
        }
        low = curve.train_loss <= converged
        stopped = curve[low].iloc[0] if low.any() else None
        waiting = curve[curve.test_accuracy < 100 * plateau].iloc[-1]
        start, end = curve.iloc[0], curve.iloc[-1]
        at = {"start": start, "plateau": waiting, "end": end}
        rows.append(
            {
                **dict(zip(CONDITION, keys, strict=True)),
                "chance": 100 / start.symbols,
                "end": end.step,
                **events,
                "converged": None if stopped is None else stopped.step,
                "plateau": waiting.step,
                "accuracy": end.test_accuracy,
                "accuracy_memorised": _at(curve, events["memorised"], "test_accuracy"),
                "accuracy_converged": None if stopped is None else stopped.test_accuracy,
                **{f"{m}_{when}": row[m] for m in MEASURES for when, row in at.items()},
            }
        )
    table = pd.DataFrame(rows)
    steps = ["end", "memorised", "generalised", "converged", "plateau"]
    steps += [f"reached_{x}" for x in REACHED]
    return table.astype(dict.fromkeys(steps, "Int64"))


def waits(outcomes: pd.DataFrame, conditions: list[str]) -> pd.DataFrame:
    """Kaplan–Meier curves of the steps to generalise, weakest decay first.

    One row a step at which a network generalises, and one at 0 and at the budget: weight_decay,
    step, share (1 − S) with its 95 % interval, at_risk, and of the condition its median (infinite
    if not reached) and the p-value of the log-rank test against the next stronger decay.
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
    """The embedding's Fourier spectrum at the start and at the end of each training.

    One row a training, moment (start, end) and frequency: the share of the power there.
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
    happened = table.generalised.notna().to_numpy()
    return table.generalised.fillna(table.end).to_numpy(dtype=float), happened


def _kept(curve: pd.DataFrame, name: str, level: float, hold: int) -> tuple[int, int] | None:
    return first_kept(curve.step.to_numpy(), curve[name].to_numpy(), level, hold)


def _begun(curve: pd.DataFrame, name: str, level: float, hold: int) -> int | None:
    kept = _kept(curve, name, level, hold)
    return kept[0] if kept else None


def _at(curve: pd.DataFrame, step: int | None, name: str) -> float | None:
    return None if step is None else float(curve.loc[curve.step == step, name].iloc[0])


def main(snakemake: Job) -> None:
    """Write curves, outcomes, waits and spectra."""
    cfg = snakemake.params.cfg
    criterion = Generalisation.model_validate(section(cfg, "generalisation"))
    paths = list(snakemake.input)
    curves = pd.concat([read_history(path, MEASURED) for path in paths], ignore_index=True)
    curves = ended(curves.drop(columns="split"), criterion)
    came_to = outcomes(curves, criterion, section(cfg, "converged"), section(cfg, "plateau"))
    write_table(curves.sort_values([*CONDITION, "step"]), snakemake.output.curves)
    write_table(came_to, snakemake.output.outcomes)
    write_table(waits(came_to, list(section(cfg, "decays"))), snakemake.output.waits)
    write_table(spectra(paths, came_to), snakemake.output.spectra)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
