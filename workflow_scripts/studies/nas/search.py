"""Step: search the table with every algorithm in every space, many times for each seed."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.learning.parts_by_seed import by_seed
from workflow_scripts.learning.streams import stream_seed
from workflow_scripts.studies.nas.algorithms import ALGORITHMS, incumbents
from workflow_scripts.studies.nas.lookup import Lookup, table_of
from workflow_scripts.studies.nas.settings import Search, Space


def searched(lookup: Lookup, search: Search, seed: int, space: str) -> dict[str, np.ndarray]:
    """The repetitions of one seed in one space: for each algorithm its incumbents `[R, T]`.

    With "draw" `[R]`, the draw of the table by whose validation accuracies a repetition searches.
    """
    random = np.random.default_rng(stream_seed(seed, f"search {space}"))
    draw = random.integers(lookup.draws, size=search.repetitions)
    feedback = {name: values[draw] for name, values in lookup.feedback.items()}
    at = np.array(search.trainings, dtype=float)
    found = {
        name: incumbents(algorithm(lookup, feedback, search, random), feedback["validation"], at)
        for name, algorithm in ALGORITHMS.items()
    }
    return {"draw": draw, **found}


def regrets(
    lookup: Lookup, search: Search, found: Mapping[str, np.ndarray], hand: np.ndarray
) -> pd.DataFrame:
    """Means over repetitions, one row for each algorithm and number of trainings, all in % or pp.

    `accuracy` is what the incumbent is worth in the other draws of the table and `regret` what the
    best cell of the space is worth more; `validation` is what the search saw of it. Mean, standard
    deviation and best of the space, and the cell `hand` `[draws]`, are those of the same draws.
    """
    draw = found["draw"]
    worth = lookup.worth[draw]
    cells = worth[:, lookup.unique]
    facts = {
        "space_mean": cells.mean(),
        "space_sd": cells.std(1, ddof=1).mean(),
        "space_best": cells.max(1).mean(),
        "hand": hand[draw].mean(),
    }
    rows = []
    for name in ALGORITHMS:
        accuracy = np.take_along_axis(worth, found[name], 1)
        seen = np.take_along_axis(lookup.feedback["validation"][draw], found[name], 1)
        regret = cells.max(1)[:, None] - accuracy
        for at, trainings in enumerate(search.trainings):
            rows.append(
                {
                    "algorithm": name,
                    "trainings": trainings,
                    "accuracy": accuracy[:, at].mean(),
                    "regret": regret[:, at].mean(),
                    "validation": seen[:, at].mean(),
                    **facts,
                }
            )
    return pd.DataFrame(rows)


def reached(lookup: Lookup, search: Search, found: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """How many trainings it takes until the regret is at most each level, by algorithm.

    `log_trainings` is the mean over repetitions of the decimal logarithm; a repetition that never
    came there counts with all its trainings, and `share` is that of those that did.
    """
    worth = lookup.worth[found["draw"]]
    best, at = worth[:, lookup.unique].max(1)[:, None], np.array(search.trainings)
    rows = []
    for name in ALGORITHMS:
        regret = best - np.take_along_axis(worth, found[name], 1)
        for level in search.levels:
            there = regret <= level
            ever = there.any(1)
            first = np.where(ever, at[there.argmax(1)], at[-1])
            rows.append((name, level, np.log10(first).mean(), ever.mean()))
    return pd.DataFrame(rows, columns=["algorithm", "level", "log_trainings", "share"])


def variances(worth: np.ndarray) -> tuple[float, float]:
    """Variances between spaces and between algorithms of accuracies `[spaces, algorithms, R]`.

    Each is the variance of means, with one degree of freedom less than there are.
    """
    means = worth.mean(2)
    return float(means.mean(1).var(ddof=1)), float(means.mean(0).var(ddof=1))


def shuffled(worth: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """The same with the labels of spaces permuted for every algorithm and repetition."""
    return random.permuted(worth, axis=0)


def worth_at(
    lookups: Mapping[str, Lookup],
    found: Mapping[str, Mapping[str, np.ndarray]],
    search: Search,
    spaces: list[str],
) -> np.ndarray:
    """Accuracies `[spaces, algorithms, R]` where algorithms are compared."""
    at = search.trainings.index(search.compared)
    return np.array(
        [
            [
                np.take_along_axis(
                    lookups[space].worth[found[space]["draw"]], found[space][name][:, [at]], 1
                )[:, 0]
                for name in ALGORITHMS
            ]
            for space in spaces
        ]
    )


def main(snakemake: Job) -> None:
    """Write the searches of a batch of seeds, and the variances between spaces and algorithms."""
    cfg, done = snakemake.params.cfg, PartialResults.of(snakemake)
    search = Search.model_validate(section(cfg, "search"))
    spaces = {name: Space.model_validate(each) for name, each in section(cfg, "spaces").items()}
    compared = [section(cfg, key) for key in ("good", "middle", "bad")]
    hand = section(cfg, "cells.hand")
    known = table_of(snakemake.input.table, section(cfg, "table.sha256"))
    lookups = {name: Lookup.of(known, space) for name, space in spaces.items()}
    tested = known[known.cell == hand].sort_values("draw").test.to_numpy()
    others = (tested.sum() - tested) / max(len(tested) - 1, 1) if len(tested) > 1 else tested

    def of_seed(seed: int) -> dict[str, pd.DataFrame]:
        parts, waits, spread = [], [], []
        found = {name: searched(each, search, seed, name) for name, each in lookups.items()}
        for name, each in lookups.items():
            frame = regrets(each, search, found[name], others)
            place = {"seed": seed, "space": name, "edges": each.edges}
            parts.append(frame.assign(**place))
            waits.append(reached(each, search, found[name]).assign(**place))
        worth = worth_at(lookups, found, search, compared)
        random = np.random.default_rng(stream_seed(seed, "labels of spaces"))
        for arm, values in (("spaces", worth), ("permuted", shuffled(worth, random))):
            between, within = variances(values)
            spread.append({"seed": seed, "arm": arm, "spaces": between, "algorithms": within})
        return {
            "searches": pd.concat(parts, ignore_index=True),
            "reached": pd.concat(waits, ignore_index=True),
            "variances": pd.DataFrame(spread),
        }

    for name, table in by_seed(done, seeds_of(snakemake.wildcards.seeds), of_seed).items():
        write_table(table, snakemake.output[name])
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
