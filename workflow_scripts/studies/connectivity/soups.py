"""Step: soups of the fine-tuned copies of each network, and averages of unrelated networks.

All are about the new task. Copies are selected on its validation set and evaluated on its test set.
"""

from collections.abc import Sequence

import pandas as pd
import torch
from torch import Tensor

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.averaging.soups import greedy, uniform
from workflow_scripts.learning.ensemble.evaluate import evaluate
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.networks.network import Parameters, members_of
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.learning.paths.measure import between
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.connectivity.pairs import load
from workflow_scripts.studies.connectivity.task import noised


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
        "mean of the copies": (tested.mean(1), ones),
        "best copy": (tested.gather(1, best).squeeze(1), ones),
        "greedy": (scores(subject, chosen, "test", seeds), members.sum(1)),
        "uniform": (scores(subject, uniform(copies, count), "test", seeds), count * ones),
        **{f"copy {copy}": (tested[:, copy], ones) for copy in range(count)},
    }
    return _rows(columns, seeds)


def unrelated(
    subject: Subject, copies: Parameters, strangers: Parameters, seeds: Sequence[int]
) -> pd.DataFrame:
    """The same for the first copy of each ancestor and a network without common ancestor."""
    count = members_of(copies) // len(seeds)
    first = {name: tensor[::count] for name, tensor in copies.items()}
    pair = torch.stack([scores(subject, each, "test", seeds) for each in (first, strangers)])
    middle = scores(subject, between(first, strangers, 0.5), "test", seeds)
    ones = torch.ones(len(seeds), dtype=torch.long)
    return _rows(
        {"mean of the unrelated": (pair.mean(0), ones), "unrelated average": (middle, 2 * ones)},
        seeds,
    )


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
    """Write the soups of the first network of each pair, and averages with the second."""
    cfg, given = snakemake.params.cfg, snakemake.input
    seeds = seeds_of(snakemake.wildcards.seeds)
    drawn = Subject.of(cfg, snakemake.params.data, seeds)
    task = noised(drawn.examples, section(cfg, "noise"), section(cfg, "soups.examples"))
    subject = Subject(drawn.network, task, drawn.device)
    first, _ = load(given.ends, subject.device)
    tuned = {
        n: each.parameters(subject.device) for n, each in Stored.load(given.copies).groups().items()
    }
    done, copies = PartialResults.of(snakemake), tuned["copies"]
    tables = [
        done.table("soups", soups, subject, first, copies, seeds),
        done.table("unrelated", unrelated, subject, copies, tuned["strangers"], seeds),
    ]
    write_table(pd.concat(tables, ignore_index=True), snakemake.output.table)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
