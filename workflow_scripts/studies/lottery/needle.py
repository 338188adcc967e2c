"""Step: prune a parent to a given number of weights in several rounds, and train the result.

Parents of all widths get the same number of rounds, so that none is searched longer than another.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.member import Member
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.studies.lottery.arms import Recipe, prunable_members, train_members
from workflow_scripts.studies.lottery.masks import Masks, ones, prune_to, shuffled
from workflow_scripts.studies.lottery.settings import Pruning


def targets(parent: int, survivors: int, rounds: int) -> list[int]:
    """Number of weights after each round: a geometric sequence from `parent` to `survivors`."""
    share = survivors / parent
    return [round(parent * share ** (number / rounds)) for number in range(1, rounds + 1)]


def search(
    start: Stored,
    dense: Stored,
    seeds: Sequence[int],
    recipe: Recipe,
    pruning: Pruning,
    ladder: Sequence[int],
    states: Sequence[ResumeState],
) -> list[Masks]:
    """The masks of each seed after all rounds of train → prune → rewind."""
    masks = [ones(weights) for weights in prunable_members(dense)]
    weights = dense
    for number, total in enumerate(ladder):
        masks = [
            prune_to(trained, mask, pruning, total)
            for trained, mask in zip(prunable_members(weights), masks, strict=True)
        ]
        if number == len(ladder) - 1:
            break
        members = [
            Member({"arm": "ticket", "seed": seed}, original, mask)
            for seed, original, mask in zip(seeds, start.members(), masks, strict=True)
        ]
        trained = train_members(members, recipe, {}, None, 0, states[number])
        weights = Stored.of(trained, dense.facts)
    return masks


def found(
    seeds: Sequence[int], start: Stored, masks: Sequence[Mapping[str, Any]], controls: int
) -> list[Member]:
    """The ticket of each seed and, as a control, `controls` with shuffled masks."""
    members = []
    for seed, original, ticket in zip(seeds, start.members(), masks, strict=True):
        random = np.random.Generator(np.random.PCG64(stream_seed(seed, "needle")))
        drawn = [("shuffled", shuffled(ticket, random)) for _ in range(controls)]
        for draw, (arm, mask) in enumerate([("ticket", ticket), *drawn]):
            members.append(Member({"arm": arm, "seed": seed, "draw": draw}, original, mask))
    return members


def main(snakemake: Job) -> None:
    """Find the tickets of a batch of seeds in one parent, train them and write their history."""
    cfg, wildcards = snakemake.params.cfg, snakemake.wildcards
    seeds = seeds_of(wildcards.seeds)
    recipe = Recipe.of(cfg, snakemake.params.data, seeds)
    pruning = Pruning.model_validate(section(cfg, "pruning"))
    start = Stored.load(snakemake.input.start).group(0)
    dense = Stored.load(snakemake.input.dense)
    parent = sum(weight.size for weight in next(prunable_members(dense)).values())
    ladder = targets(parent, section(cfg, "survivors"), section(cfg, "rounds"))
    states = [ResumeState.of(snakemake, f"round-{number}") for number in range(len(ladder))]
    masks = search(start, dense, seeds, recipe, pruning, ladder, states)
    facts = {"chain": wildcards.chain, "parent": parent}
    members = found(seeds, start, masks, section(cfg, "shuffled"))
    train_members(members, recipe, facts, snakemake.output.history, 0, states[-1])
    for state in states:
        state.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
