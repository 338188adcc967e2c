"""Step: regression on a fixed number of random features, by the number of images."""

from collections.abc import Sequence

import pandas as pd

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.learning.regression.design import designs_by_size
from workflow_scripts.learning.regression.random_features import directions, relu_features
from workflow_scripts.studies.double_descent.linear_settings import Sizes
from workflow_scripts.studies.double_descent.regression import Images, measured


def path_of(
    settings: Sizes,
    images: Images,
    ridges: Sequence[float],
    unseen: int,
    seed: int,
    done: PartialResults,
) -> pd.DataFrame:
    """All sizes, label noises and penalties of one seed, one row each."""
    drawn = directions(settings.width, images.train.shape[1], stream_seed(seed, "features"))
    scale = settings.width**-0.5
    train, new = (scale * relu_features(part, drawn) for part in (images.train, images.new))
    frames = []
    for design in designs_by_size(settings.sizes, train, new):
        facts = {"seed": seed, "size": design.examples}
        part = f"seed {seed}, {design.examples} images"
        frames.append(done.table(part, measured, design, images, ridges, unseen, facts))
        print(f"seed {seed}: {design.examples} images", flush=True)
    return pd.concat(frames, ignore_index=True)


def main(snakemake: Job) -> None:
    """Write the path of a batch of seeds; penalties and label noise are those of `features`."""
    cfg = snakemake.params.cfg
    settings = Sizes.model_validate(section(cfg, "sizes"))
    ridges, noise, unseen = (section(cfg, f"features.{k}") for k in ("ridges", "noise", "unseen"))
    frames, done = [], PartialResults.of(snakemake)
    for seed in seeds_of(snakemake.wildcards.seeds):
        images = Images.of(settings.sample, snakemake.params.data, seed, noise)
        frames.append(path_of(settings, images, ridges, unseen, seed, done))
    write_table(pd.concat(frames, ignore_index=True), snakemake.output.table)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
