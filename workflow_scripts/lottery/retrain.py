"""Step: rewind the surviving weights to an early step and train the ticket."""

from pathlib import Path
from typing import Any

from workflow_scripts.artifacts.tables import write_table
from workflow_scripts.configuration.base import section
from workflow_scripts.configuration.seeds import seeds_of
from workflow_scripts.data.examples import examples
from workflow_scripts.data.sample import Sample
from workflow_scripts.ensemble.resume import ResumeState
from workflow_scripts.lottery.arms import Member, Recipe, train_members
from workflow_scripts.lottery.weights import Weights


def main(snakemake: Any) -> None:
    """Write the trained tickets of a batch of seeds and their curve."""
    cfg, wildcards = snakemake.params.cfg, snakemake.wildcards
    recipe = Recipe.of(cfg)
    sample = Sample.model_validate(section(cfg, "sample"))
    data = examples(sample, Path(snakemake.params.data), recipe.network.input_shape)
    rewind = int(wildcards.rewind)
    start = Weights.load(snakemake.input.start).at(rewind)
    masks = Weights.load(snakemake.input.mask)
    members = [
        Member("ticket", seed, weights, mask)
        for seed, weights, mask in zip(
            seeds_of(wildcards.seeds), start.members(), masks.prunable_members(), strict=True
        )
    ]
    resume = ResumeState.of(snakemake)
    facts = {"chain": wildcards.chain, "rewind": rewind, "level": int(wildcards.level)}
    trained, curve = train_members(members, recipe, data, facts, rewind, resume)
    arrays = {name: tensor.numpy() for name, tensor in trained.items()}
    Weights(arrays, start.prunable).save(snakemake.output.trained)
    write_table(curve, snakemake.output.curve)
    resume.discard()


if __name__ == "__main__":
    from workflow_scripts.provenance.step import run

    run(main, snakemake)
