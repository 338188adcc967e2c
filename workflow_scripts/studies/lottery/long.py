"""Step: train dense networks for as many steps as finding a ticket takes."""

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.learning.ensemble.member import Member
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.studies.lottery.arms import Recipe, train_members


def main(snakemake: Job) -> None:
    """Write the dense networks of a batch of seeds after as many steps as several trainings."""
    wildcards = snakemake.wildcards
    seeds = seeds_of(wildcards.seeds)
    recipe = Recipe.of(snakemake.params.cfg, snakemake.params.data, seeds)
    start = Stored.load(snakemake.input.start).group(0)
    members = [
        Member({"arm": "long", "seed": seed}, weights)
        for seed, weights in zip(seeds, start.members(), strict=True)
    ]
    resume = ResumeState.of(snakemake)
    longer = recipe.repeated(int(wildcards.trainings))
    trained = train_members(members, longer, {}, None, 0, resume)
    Stored.of(trained, start.facts).save(snakemake.output.trained)
    resume.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
