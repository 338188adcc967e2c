"""Step: initialise the dense networks of a batch of seeds and train them."""

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.callbacks import Snapshots
from workflow_scripts.learning.ensemble.member import Member
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.studies.lottery.arms import PRUNABLE, Recipe, train_members


def main(snakemake: Job) -> None:
    """Write the trained networks, the snapshots from which other steps start, and the curve."""
    cfg = snakemake.params.cfg
    seeds = seeds_of(snakemake.wildcards.seeds)
    recipe = Recipe.of(cfg, snakemake.params.data, seeds, snakemake.params.validated_every)
    network = recipe.subject.network
    facts = {PRUNABLE: " ".join(network.prunable())}
    initial = network.initialise([stream_seed(seed, "initialisation") for seed in seeds])
    members = [
        Member({"arm": "ticket", "seed": seed}, arrays)
        for seed, arrays in zip(seeds, Stored.of(initial).members(), strict=True)
    ]
    kept = Snapshots(set(section(cfg, "snapshots")))
    resume = ResumeState.of(snakemake)
    level = {"chain": snakemake.wildcards.chain, "rewind": 0, "level": 0}
    trained = train_members(members, recipe, level, snakemake.output.history, 0, resume, [kept])
    Stored.grouped({str(step): p for step, p in kept.kept.items()}, facts).save(
        snakemake.output.start
    )
    Stored.of(trained, facts).save(snakemake.output.trained)
    resume.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
