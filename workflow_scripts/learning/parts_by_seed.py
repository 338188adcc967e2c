"""Measurements of seed after seed, of which each is a part that is not measured again."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from workflow_scripts.learning.partial_results import Found, PartialResults

Tables = Mapping[str, pd.DataFrame]


def by_seed(
    done: PartialResults, seeds: Sequence[int], measure: Callable[[int], Tables]
) -> dict[str, pd.DataFrame]:
    """The tables of all seeds, joined by name; a table may be missing for some seeds."""

    def found(seed: int) -> Found:
        return Found(measure(seed))

    return joined([done.part(f"seed {seed}", found, seed) for seed in seeds])


def joined(parts: Sequence[Found]) -> dict[str, pd.DataFrame]:
    """The tables of parts, joined by name in the order of the parts."""
    names = dict.fromkeys(name for part in parts for name in part.tables)
    return {
        name: pd.concat([p.tables[name] for p in parts if name in p.tables], ignore_index=True)
        for name in names
    }
