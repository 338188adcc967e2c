"""What claims and figures read of the tables of the study, by seed."""

from collections.abc import Mapping, Sequence

import pandas as pd

from workflow_scripts.evidence.claims.claim import NoData, paired
from workflow_scripts.studies.distillation.marks import ENSEMBLE, TEACHER

Tables = Mapping[str, pd.DataFrame]


def by_seed(table: pd.DataFrame, value: str, **where: object) -> pd.Series:
    """The mean of the column `value` over the copies of a seed; missing if that of one is."""
    chosen = table
    for column, wanted in where.items():
        chosen = chosen[chosen[column] == wanted]
    if chosen.empty:
        described = ", ".join(f"{column} = {wanted}" for column, wanted in where.items())
        raise NoData(f"no {value} was measured where {described}")
    # Not `mean`, which skips what is missing.
    means = {seed: part[value].mean(skipna=False) for seed, part in chosen.groupby("seed")}
    return pd.Series(means, dtype=float).rename_axis("seed")


def accuracy(tables: Tables, lesson: str, arm: str) -> pd.Series:
    """Test accuracy (%) of the students of an arm, by seed."""
    return by_seed(tables["students"], "accuracy", lesson=lesson, arm=arm)


def of_teachers(tables: Tables) -> pd.Series:
    """The mean test accuracy (%) of the teachers of a seed."""
    return accuracy(tables, TEACHER, TEACHER)


def of_ensemble(tables: Tables) -> pd.Series:
    """The test accuracy (%) of the ensemble of the teachers of a seed."""
    return accuracy(tables, TEACHER, ENSEMBLE)


def gain(tables: Tables, lesson: str, arm: str, other: str) -> pd.Series:
    """Accuracy of an arm − that of another arm of the lesson (pp), by seed."""
    return paired(accuracy(tables, lesson, arm), accuracy(tables, lesson, other))


def cost(tables: Tables, what: str, lesson: str) -> pd.Series:
    """A cost of the student of a lesson, in per cent of that of one teacher, by seed."""
    table = tables["students"]
    student = by_seed(table, what, lesson=lesson)
    return 100 * student / by_seed(table, what, lesson=TEACHER, arm=TEACHER)


def recalled(tables: Tables, arm: str, moment: str, classes: Sequence[int]) -> pd.Series:
    """The mean recall (%) of the omitted classes, by seed."""
    table = tables["omitted"]
    missing = set(classes) - set(table["omitted"])
    if missing:
        raise NoData(f"no student was trained without the classes {sorted(missing)}")
    chosen = table[table["omitted"].isin(list(classes))]
    return by_seed(chosen, "recall", arm=arm, moment=moment)


def agreement(tables: Tables, pair: str) -> pd.Series:
    """How often (%) two networks agree, by seed."""
    return by_seed(tables["agreements"], "agreement", pair=pair)
