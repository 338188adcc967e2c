"""Step: a level of iterative magnitude pruning: prune → rewind → train.

Prunes the trained networks of the previous level, rewinds the surviving weights to an early step
and trains them again (Frankle & Carbin 2019, section 2).
"""

import numpy as np

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.member import Member
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.studies.lottery.arms import (
    Recipe,
    prunable,
    prunable_members,
    train_members,
)
from workflow_scripts.studies.lottery.masks import ones, prune
from workflow_scripts.studies.lottery.settings import Pruning


def pruned(trained: Stored, masks: Stored | None, pruning: Pruning) -> Stored:
    """The next masks `[seeds, …]`, from trained weights and the masks used to train them."""
    before = map(ones, prunable_members(trained)) if masks is None else masks.members()
    after = [
        prune(weights, {name: mask[name] for name in weights}, pruning)
        for weights, mask in zip(prunable_members(trained), before, strict=True)
    ]
    return Stored({n: np.stack([m[n] for m in after]) for n in prunable(trained)}, trained.facts)


def main(snakemake: Job) -> None:
    """Write the masks, the trained tickets and the history of this level and batch of seeds."""
    cfg, wildcards = snakemake.params.cfg, snakemake.wildcards
    seeds = seeds_of(wildcards.seeds)
    recipe = Recipe.of(cfg, snakemake.params.data, seeds, snakemake.params.validated_every)
    rewind = int(wildcards.rewind)
    start = Stored.load(snakemake.input.start).group(rewind)
    before = snakemake.input.get("mask")
    masks = pruned(
        Stored.load(snakemake.input.trained),
        Stored.load(before) if before else None,
        Pruning.model_validate(section(cfg, "pruning")),
    )
    masks.save(snakemake.output.mask)
    members = [
        Member({"arm": "ticket", "seed": seed}, weights, mask)
        for seed, weights, mask in zip(seeds, start.members(), prunable_members(masks), strict=True)
    ]
    resume = ResumeState.of(snakemake)
    facts = {"chain": wildcards.chain, "rewind": rewind, "level": int(wildcards.level)}
    trained = train_members(members, recipe, facts, snakemake.output.history, rewind, resume)
    Stored.of(trained, start.facts).save(snakemake.output.trained)
    resume.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
