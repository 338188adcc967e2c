"""Step: a level of iterative magnitude pruning: prune → rewind → train.

Prunes the trained networks of the level before, rewinds the weights that survive to an early step
and trains them again (Frankle & Carbin 2019, section 2).
"""

import numpy as np

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.studies.lottery.arms import Member, Recipe, train_members
from workflow_scripts.studies.lottery.masks import ones, prune
from workflow_scripts.studies.lottery.settings import Pruning
from workflow_scripts.studies.lottery.weights import Weights


def pruned(trained: Weights, masks: Weights | None, pruning: Pruning) -> Weights:
    """The next masks `[seeds, …]` from the trained weights and the masks they were trained with."""
    before = [ones(w) for w in trained.prunable_members()] if masks is None else masks.members()
    after = [
        prune(weights, {name: mask[name] for name in weights}, pruning)
        for weights, mask in zip(trained.prunable_members(), before, strict=True)
    ]
    stacked = {name: np.stack([mask[name] for mask in after]) for name in trained.prunable}
    return Weights(stacked, trained.prunable)


def main(snakemake: Job) -> None:
    """Write the masks of this level, the trained tickets of a batch of seeds, their history."""
    cfg, wildcards = snakemake.params.cfg, snakemake.wildcards
    recipe = Recipe.of(cfg, snakemake.params.data)
    rewind = int(wildcards.rewind)
    start = Weights.load(snakemake.input.start).at(rewind)
    before = snakemake.input.get("mask")
    masks = pruned(
        Weights.load(snakemake.input.trained),
        Weights.load(before) if before else None,
        Pruning.model_validate(section(cfg, "pruning")),
    )
    masks.save(snakemake.output.mask)
    members = [
        Member("ticket", seed, weights, mask)
        for seed, weights, mask in zip(
            seeds_of(wildcards.seeds), start.members(), masks.prunable_members(), strict=True
        )
    ]
    resume = ResumeState.of(snakemake)
    facts = {"chain": wildcards.chain, "rewind": rewind, "level": int(wildcards.level)}
    trained = train_members(members, recipe, facts, snakemake.output.history, rewind, resume)
    arrays = {name: tensor.numpy() for name, tensor in trained.items()}
    Weights(arrays, start.prunable).save(snakemake.output.trained)
    resume.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
