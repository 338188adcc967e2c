"""Tables from which nothing may be decided: seeds that are missing, strange, doubled or copied."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from workflow_scripts.evidence.claims.evidence import BadTables


def check_tables(tables: Mapping[str, pd.DataFrame], seeds: Sequence[int]) -> None:
    """BadTables unless the tables that have a column "seed" are complete and of different seeds.

    `seeds` are the configured ones. Refused are a seed without any row, a seed that is not
    configured, a row that appears twice, and two seeds with the same numbers in all tables.
    """
    seeded = {name: table for name, table in tables.items() if "seed" in table and len(table)}
    if not seeded:
        return
    known = set(seeds)
    measured: set[int] = set()
    for name, table in seeded.items():
        there = set(table["seed"].tolist())
        if strangers := sorted(there - known):
            raise BadTables(f"the table {name} has the seeds {strangers}, which are not configured")
        if table.duplicated().any():
            twice = table["seed"][table.duplicated()].iloc[0]
            raise BadTables(f"the table {name} has a row of seed {twice} twice")
        measured |= there
    if missing := sorted(known - measured):
        raise BadTables(f"no table has a row of the configured seeds {missing}")
    _refuse_copies(seeded)


def _refuse_copies(tables: Mapping[str, pd.DataFrame]) -> None:
    numbers = {name: _numbers(table) for name, table in tables.items()}
    prints: dict[tuple[object, ...], int] = {}
    for seed in sorted({seed for own in numbers.values() for seed in own}):
        own = tuple((name, its.get(seed)) for name, its in numbers.items())
        if own in prints:
            raise BadTables(f"seeds {prints[own]} and {seed} have the same numbers in every table")
        prints[own] = seed


def _numbers(table: pd.DataFrame) -> dict[int, bytes]:
    """The bytes of all measured numbers of each seed, in the order of its rows."""
    measured = table.drop(columns="seed").select_dtypes(include=[np.number, bool])
    rows = measured.to_numpy(dtype=np.float64, na_value=np.nan)
    by_seed = table["seed"].to_numpy().argsort(kind="stable")
    seeds, starts = np.unique(table["seed"].to_numpy()[by_seed], return_index=True)
    parts = np.split(rows[by_seed], starts[1:])
    return dict(zip(seeds.tolist(), (part.tobytes() for part in parts), strict=True))
