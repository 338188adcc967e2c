"""Step: regression on random features, as a function of their number."""

import pandas as pd

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.learning.regression.design import designs_by_width
from workflow_scripts.learning.regression.random_features import directions, relu_features
from workflow_scripts.studies.double_descent.linear_settings import Features
from workflow_scripts.studies.double_descent.regression import Images, measured


def path_of(settings: Features, images: Images, seed: int, done: PartialResults) -> pd.DataFrame:
    """All widths, label noises and penalties of one seed, one row each."""
    drawn = directions(settings.widths[-1], images.train.shape[1], stream_seed(seed, "features"))
    designs = designs_by_width(
        settings.widths,
        lambda columns: relu_features(images.train, drawn[columns]),
        lambda columns: relu_features(images.new, drawn[columns]),
    )
    frames = []
    for design in designs:
        facts = {"seed": seed, "width": design.features}
        part = f"seed {seed}, {design.features} features"
        how = settings.ridges, settings.unseen, facts
        frames.append(done.table(part, measured, design, images, *how))
        print(f"seed {seed}: {design.features} features", flush=True)
    return pd.concat(frames, ignore_index=True)


def main(snakemake: Job) -> None:
    """Write the path of a batch of seeds."""
    settings = Features.model_validate(section(snakemake.params.cfg, "features"))
    frames, done = [], PartialResults.of(snakemake)
    for seed in seeds_of(snakemake.wildcards.seeds):
        images = Images.of(settings.sample, snakemake.params.data, seed, settings.noise)
        frames.append(path_of(settings, images, seed, done))
    write_table(pd.concat(frames, ignore_index=True), snakemake.output.table)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
