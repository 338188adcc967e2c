"""Step: prune parents of different widths to the same number of weights and train what is left."""

from pathlib import Path
from typing import Any

import numpy as np

from workflow_scripts.configuration.base import section
from workflow_scripts.configuration.seeds import seeds_of
from workflow_scripts.data.examples import examples
from workflow_scripts.data.sample import Sample
from workflow_scripts.ensemble.randomness import stream_seed
from workflow_scripts.ensemble.resume import ResumeState
from workflow_scripts.lottery.arms import Member, Recipe, train_members
from workflow_scripts.lottery.masks import ones, prune_to, shuffled
from workflow_scripts.lottery.settings import Pruning
from workflow_scripts.lottery.weights import Weights


def main(snakemake: Any) -> None:
    """Train the ticket of exactly `survivors` weights, and one of a shuffled mask beside it."""
    cfg, wildcards = snakemake.params.cfg, snakemake.wildcards
    recipe = Recipe.of(cfg)
    pruning = Pruning.model_validate(section(cfg, "pruning"))
    total = section(cfg, "survivors")
    sample = Sample.model_validate(section(cfg, "sample"))
    data = examples(sample, Path(snakemake.params.data), recipe.network.input_shape)
    trained = Weights.load(snakemake.input.trained)
    mask = snakemake.input.get("mask")
    before = (
        Weights.load(mask).prunable_members()
        if mask
        else (ones(weights) for weights in trained.prunable_members())
    )
    start = Weights.load(snakemake.input.start).at(0)
    members = []
    for seed, original, weights, masks in zip(
        seeds_of(wildcards.seeds),
        start.members(),
        trained.prunable_members(),
        before,
        strict=True,
    ):
        ticket = prune_to(weights, masks, pruning, total)
        random = np.random.Generator(np.random.PCG64(stream_seed(seed, "needle")))
        members.append(Member("ticket", seed, original, ticket))
        members.append(Member("shuffled", seed, original, shuffled(ticket, random)))
    resume = ResumeState.of(snakemake)
    facts = {"chain": wildcards.chain, "parent": sum(m.size for m in members[0].masks.values())}
    train_members(members, recipe, data, facts, snakemake.output.history, 0, resume)
    resume.discard()


if __name__ == "__main__":
    from workflow_scripts.provenance.step import run

    run(main, snakemake)
