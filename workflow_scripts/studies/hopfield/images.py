"""Step: real images as memories, in the classical and in the modern network."""

from pathlib import Path

import pandas as pd
import torch
from torch import Tensor

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.data.datasets import load, split_indices
from workflow_scripts.learning.data.manifest import verify
from workflow_scripts.learning.ensemble.randomness import generator, stream_seed
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.learning.parts_by_seed import by_seed
from workflow_scripts.studies.hopfield.completion import completed, hidden_half
from workflow_scripts.studies.hopfield.dynamics import relax
from workflow_scripts.studies.hopfield.modern import effective_number, unit, weights
from workflow_scripts.studies.hopfield.patterns import (
    flipped,
    hebb,
    pseudo_inverse,
    random_patterns,
    visit_order,
)
from workflow_scripts.studies.hopfield.pictures import SIDE, binary, picture_rows
from workflow_scripts.studies.hopfield.settings import Completion, Correlated, Regimes


def drawn(dataset: str, folder: Path, seed: int, count: int) -> Tensor:
    """`count` training images of a seed, `[count, pixels]` float64 from 0 to 1, classes alike."""
    official = load(dataset, "train", folder)
    order = split_indices(
        len(official.labels), {"stored": count}, stream_seed(seed, "images"), official.labels
    )
    chosen = torch.from_numpy(official.inputs[order["stored"]]).double() / 255
    return chosen.reshape(count, -1)


def correlated(seed: int, images: Tensor, settings: Correlated) -> pd.DataFrame:
    """One row per load and arm: the share of damaged patterns that are recalled."""
    rows = []
    size = images.shape[1]
    order = visit_order(size)
    for load_ in settings.loads:
        count = round(load_ * size)
        random, real = random_patterns(seed, count, size), binary(images[:count])
        for arm, patterns, couplings in (
            ("random, Hebb", random, hebb(random)),
            ("images, Hebb", real, hebb(real)),
            ("images, pseudo-inverse", real, pseudo_inverse(real)),
        ):
            stored = patterns[: settings.trials].to(couplings.dtype)
            start = flipped(stored, settings.flipped, seed)
            end = relax(couplings[None], start[None], order, settings.sweeps).states[0]
            wrong = (end != stored).double().mean(dim=1)
            rows.append(
                {
                    "seed": seed,
                    "arm": arm,
                    "load": load_,
                    "patterns": count,
                    "share": float((wrong <= settings.within).double().mean()),
                    "wrong": float(wrong.mean()),
                }
            )
    return pd.DataFrame(rows)


def shuffled(seed: int, images: Tensor) -> Tensor:
    """`images` `[n, pixels]`, each with its pixels in a random order of its own."""
    keys = torch.rand(images.shape, generator=generator(seed, "shuffled pixels"))
    return images.gather(1, keys.argsort(dim=1))


def temperatures(
    seed: int, images: Tensor, settings: Regimes, shown: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Retrieval from noisy images, and from images with shuffled pixels; and pictures of it."""
    table, pictures = retrievals(seed, images, settings, shown)
    control, _ = retrievals(seed, shuffled(seed, images), settings, 0)
    table = pd.concat([table.assign(arm="images"), control.assign(arm="shuffled pixels")])
    return table, pictures


def retrievals(
    seed: int, images: Tensor, settings: Regimes, shown: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row per inverse temperature; and pictures of the first `shown` retrievals.

    Patterns are the images minus their average, scaled to length one. Distances are relative to the
    distance of a stored pattern from the average of all. The number of images that weigh in is the
    geometric mean of the effective numbers of the queries.
    """
    patterns = unit(images - images.mean(dim=0))
    average = patterns.mean(dim=0)
    stored = patterns[: settings.queries]
    noise = torch.randn(stored.shape, generator=generator(seed, "image noise"), dtype=torch.float64)
    queries = stored + settings.noise * unit(noise)
    reach = (stored - average).norm(dim=1)
    rows, pictures = [], [picture_rows("regimes", "stored", images[:shown])]
    for beta in settings.betas:
        shares = weights(patterns, queries, beta)
        found = shares @ patterns
        rows.append(
            {
                "seed": seed,
                "beta": beta,
                "stored": len(patterns),
                "to_stored": float(((found - stored).norm(dim=1) / reach).mean()),
                "to_average": float(((found - average).norm(dim=1) / reach).mean()),
                "effective": float(effective_number(shares).log().mean().exp()),
            }
        )
        if beta in (settings.average, settings.blur, settings.retrieval):
            pictures.append(picture_rows("regimes", f"β = {beta:g}", shares[:shown] @ images))
    return pd.DataFrame(rows), pd.concat(pictures, ignore_index=True)


def main(snakemake: Job) -> None:
    """Write the results of a batch of seeds, and the pictures of its first seed."""
    cfg, folder = snakemake.params.cfg, Path(snakemake.params.data)
    hebbian = Correlated.model_validate(section(cfg, "correlated"))
    regimes = Regimes.model_validate(section(cfg, "regimes"))
    half = Completion.model_validate(section(cfg, "completion"))
    dataset, seeds = section(cfg, "images"), seeds_of(snakemake.wildcards.seeds)
    verify(dataset, folder)
    most = max(regimes.stored, half.stored, round(max(hebbian.loads) * SIDE**2))

    def of_seed(seed: int) -> dict[str, pd.DataFrame]:
        enough = drawn(dataset, folder, seed, most)
        images = enough[: regimes.stored]
        blended, blends = temperatures(seed, images, regimes, half.shown)
        cues = hidden_half(images[: half.stored])
        whole, halves = completed(seed, images, cues, half)
        tables = {
            "correlated": correlated(seed, enough, hebbian),
            "regimes": blended,
            "completion": whole,
        }
        if seed == seeds[0]:
            tables["pictures"] = pd.concat([blends, halves]).assign(seed=seed)
        return tables

    done = PartialResults.of(snakemake)
    for name, table in by_seed(done, seeds, of_seed).items():
        write_table(table, snakemake.output[name])
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
