"""Step: soups of the fine-tuned copies of each ancestor, and averages of independent networks.

Copies are selected on the validation set and evaluated on the test set.
"""

from collections.abc import Sequence

import pandas as pd
import torch
from torch import Tensor

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.learning.averaging.soups import greedy, uniform
from workflow_scripts.learning.ensemble.evaluate import evaluate
from workflow_scripts.learning.networks.network import Parameters, members_of
from workflow_scripts.learning.paths.measure import between
from workflow_scripts.learning.subject import Subject


def scores(subject: Subject, networks: Parameters, split: str, seeds: Sequence[int]) -> Tensor:
    """Accuracy `[M]` in % on the validation or test set of the seed of each network."""
    subject = subject.members(seeds)
    examples = subject.examples.test if split == "test" else subject.examples.validation
    return 100 * evaluate(subject.network, subject.calibrated(networks), examples)["accuracy"]


def soups(
    subject: Subject, ancestors: Parameters, copies: Parameters, seeds: Sequence[int]
) -> pd.DataFrame:
    """Rows of soup, seed and test accuracy (%): copies, best copy and soups of each ancestor.

    The column `number` is the number of averaged copies.
    """
    count = members_of(copies) // len(seeds)
    each = [seed for seed in seeds for _ in range(count)]
    tested = scores(subject, copies, "test", each).view(len(seeds), count)
    validated = scores(subject, copies, "validation", each).view(len(seeds), count)
    best = validated.nan_to_num(nan=-torch.inf).argmax(1, keepdim=True)
    chosen, members = greedy(
        copies, validated, lambda networks: scores(subject, networks, "validation", seeds)
    )
    ones = torch.ones(len(seeds), dtype=torch.long)
    columns = {
        "ancestor": (scores(subject, ancestors, "test", seeds), ones),
        "best copy": (tested.gather(1, best).squeeze(1), ones),
        "greedy": (scores(subject, chosen, "test", seeds), members.sum(1)),
        "uniform": (scores(subject, uniform(copies, count), "test", seeds), count * ones),
        **{f"copy {copy}": (tested[:, copy], ones) for copy in range(count)},
    }
    return _rows(columns, seeds)


def independent(
    subject: Subject, first: Parameters, second: Parameters, seeds: Sequence[int]
) -> pd.DataFrame:
    """The same for averages of independent networks: of each pair, and of all networks."""
    pair = [scores(subject, networks, "test", seeds) for networks in (first, second)]
    middle = scores(subject, between(first, second, 0.5), "test", seeds)
    both = {name: torch.cat([first[name], second[name]]) for name in first}
    everyone = uniform(both, members_of(both))
    ones = torch.ones(len(seeds), dtype=torch.long)
    columns = {
        "better of the independent": (torch.maximum(*pair), ones),
        "independent average": (middle, 2 * ones),
    }
    whole = {
        "all independent": (
            scores(subject, everyone, "test", seeds[:1]),
            torch.tensor([members_of(both)]),
        )
    }
    return pd.concat([_rows(columns, seeds), _rows(whole, seeds[:1])], ignore_index=True)


def _rows(columns: dict[str, tuple[Tensor, Tensor]], seeds: Sequence[int]) -> pd.DataFrame:
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "soup": soup,
                    "seed": list(seeds),
                    "number": number.tolist(),
                    "accuracy": accuracy.tolist(),
                }
            )
            for soup, (accuracy, number) in columns.items()
        ],
        ignore_index=True,
    )


def main(snakemake: Job) -> None:
    """Write the soups of both networks of each pair of a batch, and the averages of the pairs."""
    cfg, given = snakemake.params.cfg, snakemake.input
    seeds = seeds_of(snakemake.wildcards.seeds)
    partners = [seed + snakemake.params.apart for seed in seeds]
    subject = Subject.of(cfg, snakemake.params.data, list(dict.fromkeys([*seeds, *partners])))
    first, second = subject.load(given.first), subject.load(given.second)
    tables = [
        soups(subject, first, subject.load(given.first_copies), seeds),
        soups(subject, second, subject.load(given.second_copies), partners),
        independent(subject, first, second, seeds),
    ]
    write_table(pd.concat(tables, ignore_index=True), snakemake.output.table)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
