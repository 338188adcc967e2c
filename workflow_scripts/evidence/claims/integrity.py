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
    prints: dict[tuple[object, ...], int] = {}
    seeds = sorted({seed for table in tables.values() for seed in table["seed"].tolist()})
    for seed in seeds:
        own = tuple((name, _print(table[table["seed"] == seed])) for name, table in tables.items())
        if own in prints:
            raise BadTables(f"seeds {prints[own]} and {seed} have the same numbers in every table")
        prints[own] = seed


def _print(rows: pd.DataFrame) -> bytes:
    """The bytes of all measured numbers, in the order of the rows."""
    numbers = rows.drop(columns="seed").select_dtypes(include=[np.number, bool])
    return numbers.to_numpy(dtype=np.float64, na_value=np.nan).tobytes()
