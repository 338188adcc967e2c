"""Step: the control arms of a level: the same number of weights, but another mask or start."""

from collections.abc import Iterator, Sequence

import numpy as np

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.learning.ensemble.member import Member
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.networks.network import Network
from workflow_scripts.studies.lottery.arms import Recipe, prunable_members, train_members
from workflow_scripts.studies.lottery.masks import keep_largest, ones, scattered, shuffled
from workflow_scripts.studies.lottery.settings import LONG

REINITIALISED = {
    "reinitialised": "reinitialisation",
    "reinitialised-again": "another reinitialisation",
}
"""Arms with new weights: the stream from which these are drawn."""


def control_members(
    arms: Sequence[str],
    seeds: Sequence[int],
    network: Network,
    start: Stored,
    dense: Stored,
    masks: Stored | None,
    long: Stored | None = None,
) -> Iterator[Member]:
    """Every arm of every seed, as defined in `_control`; without `masks` nothing is pruned.

    `dense` are the networks trained once, `long` those trained for as long as finding `masks` took.
    """
    pruned = prunable_members(masks) if masks else map(ones, prunable_members(dense))
    rows = zip(
        seeds, start.members(), dense.members(), (long or dense).members(), pruned, strict=True
    )
    for seed, original, trained, trained_long, mask in rows:
        for arm in arms:
            source = trained_long if arm == LONG else trained
            yield _control(arm, seed, network, original, source, mask)


def _control(
    arm: str,
    seed: int,
    network: Network,
    original: dict[str, np.ndarray],
    trained: dict[str, np.ndarray],
    mask: dict[str, np.ndarray],
) -> Member:
    random = np.random.Generator(np.random.PCG64(stream_seed(seed, f"control {arm}")))
    facts = {"arm": arm, "seed": seed}
    everything = {name: np.ones_like(layer) for name, layer in mask.items()}
    counts = {name: int(layer.sum()) for name, layer in mask.items()}
    if arm in REINITIALISED:  # the ticket's mask, new weights
        fresh = network.initialise([stream_seed(seed, REINITIALISED[arm])])
        return Member(facts, {n: t[0].numpy() for n, t in fresh.items()}, mask)
    if arm == "shuffled":  # the original weights, the same density in each layer
        return Member(facts, original, shuffled(mask, random))
    if arm == "random":  # the original weights, only the total density is the same
        return Member(facts, original, scattered(mask, random))
    if arm in ("one-shot", LONG):  # pruned once, with the same density in each layer
        return Member(facts, original, keep_largest(trained, everything, counts))
    if arm == "fine-tuned":  # the same mask, but the trained weights stay; at level 0 all of them
        return Member(facts, trained, keep_largest(trained, everything, counts))
    if arm == "fine-tuned-random":  # trained weights, removed at random
        return Member(facts, trained, shuffled(mask, random))
    raise ValueError(f"unknown arm {arm!r}")


def main(snakemake: Job) -> None:
    """Train all control arms of one level as one ensemble and write their curve."""
    cfg, wildcards = snakemake.params.cfg, snakemake.wildcards
    seeds = seeds_of(wildcards.seeds)
    recipe = Recipe.of(cfg, snakemake.params.data, seeds, snakemake.params.validated_every)
    level = int(wildcards.level)
    mask, long = snakemake.input.get("mask"), snakemake.input.get("long")
    members = control_members(
        snakemake.params.arms,
        seeds,
        recipe.subject.network,
        Stored.load(snakemake.input.start).group(0),
        Stored.load(snakemake.input.dense),
        Stored.load(mask) if mask else None,
        Stored.load(long) if long else None,
    )
    resume = ResumeState.of(snakemake)
    facts = {"chain": wildcards.chain, "rewind": 0, "level": level}
    train_members(list(members), recipe, facts, snakemake.output.history, 0, resume)
    resume.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
