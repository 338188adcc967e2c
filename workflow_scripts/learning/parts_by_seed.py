"""Measurements of seed after seed, of which each is a part that is not measured again."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from workflow_scripts.learning.partial_results import Found, PartialResults


def by_seed(
    done: PartialResults,
    seeds: Sequence[int],
    measure: Callable[[int], Mapping[str, pd.DataFrame]],
) -> dict[str, pd.DataFrame]:
    """The tables of all seeds, joined by name; a table may be missing for some seeds."""

    def found(seed: int) -> Found:
        return Found(measure(seed))

    parts = [done.part(f"seed {seed}", found, seed).tables for seed in seeds]
    names = dict.fromkeys(name for part in parts for name in part)
    return {
        name: pd.concat([part[name] for part in parts if name in part], ignore_index=True)
        for name in names
    }
