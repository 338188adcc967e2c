"""Step: initialise the dense networks of a batch of seeds and train them."""

from typing import Any

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.callbacks import Snapshots
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.studies.lottery.arms import Member, Recipe, train_members
from workflow_scripts.studies.lottery.weights import Weights, snapshots


def main(snakemake: Job) -> None:
    """Write the trained networks, the snapshots that everything starts from, and the curve."""
    cfg = snakemake.params.cfg
    seeds = seeds_of(snakemake.wildcards.seeds)
    recipe = Recipe.of(cfg, snakemake.params.data)
    prunable = tuple(recipe.network.prunable())
    initial = recipe.network.initialise([stream_seed(seed, "initialisation") for seed in seeds])
    weights = Weights({name: tensor.numpy() for name, tensor in initial.items()}, prunable)
    members = [
        Member("ticket", seed, arrays, {})
        for seed, arrays in zip(seeds, weights.members(), strict=True)
    ]
    kept = Snapshots(set(section(cfg, "snapshots")))
    resume = ResumeState.of(snakemake)
    facts = {"chain": snakemake.wildcards.chain, "rewind": 0, "level": 0}
    trained = train_members(members, recipe, facts, snakemake.output.history, 0, resume, [kept])
    snapshots({s: _arrays(p) for s, p in kept.kept.items()}, prunable).save(snakemake.output.start)
    Weights(_arrays(trained), prunable).save(snakemake.output.trained)
    resume.discard()


def _arrays(parameters: dict[str, Any]) -> dict[str, Any]:
    return {name: tensor.cpu().numpy() for name, tensor in parameters.items()}


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
