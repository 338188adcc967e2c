"""Step: two copies of each network share its first steps, then see other orders of examples."""

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.learning.ensemble.callbacks import Progress
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.studies.lottery.arms import Recipe, stacked
from workflow_scripts.studies.lottery.weights import Weights

COPIES = 2


def main(snakemake: Job) -> None:
    """Train the copies that part at one step; write them in turn for each seed."""
    cfg, wildcards = snakemake.params.cfg, snakemake.wildcards
    recipe = Recipe.of(cfg, snakemake.params.data, evaluated=False)
    point = int(wildcards.point)
    start = Weights.load(snakemake.input.start).at(point)
    copies = range(COPIES)
    ensemble = Ensemble(
        recipe.network,
        stacked([arrays for arrays in start.members() for _ in copies]),
        recipe.examples.train_inputs,
        recipe.examples.train_labels,
        [stream_seed(s, "copy", copy) for s in seeds_of(wildcards.seeds) for copy in copies],
        first_step=point,
    )
    resume = ResumeState.of(snakemake)
    callbacks = [Progress(recipe.training.steps)]
    trained = train(ensemble, recipe.training, callbacks, resume, recipe.device)
    arrays = {name: tensor.numpy() for name, tensor in trained.items()}
    Weights(arrays, start.prunable).save(snakemake.output.trained)
    resume.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
