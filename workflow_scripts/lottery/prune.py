"""Step: one round of magnitude pruning of trained networks. Imports no torch."""

from typing import Any

import numpy as np

from workflow_scripts.configuration.base import section
from workflow_scripts.lottery.masks import ones, prune
from workflow_scripts.lottery.settings import Pruning
from workflow_scripts.lottery.weights import Weights


def pruned(trained: Weights, masks: Weights | None, pruning: Pruning) -> Weights:
    """The next masks `[seeds, …]` from the trained weights and the masks they were trained with."""
    before = [ones(w) for w in trained.prunable_members()] if masks is None else masks.members()
    after = [
        prune(weights, {name: mask[name] for name in weights}, pruning)
        for weights, mask in zip(trained.prunable_members(), before, strict=True)
    ]
    stacked = {name: np.stack([mask[name] for mask in after]) for name in trained.prunable}
    return Weights(stacked, trained.prunable)


def main(snakemake: Any) -> None:
    """Read the trained weights and their masks (none after dense training), write the next."""
    pruning = Pruning.model_validate(section(snakemake.params.cfg, "pruning"))
    path = snakemake.input.get("mask")
    masks = Weights.load(path) if path else None
    pruned(Weights.load(snakemake.input.trained), masks, pruning).save(snakemake.output.mask)


if __name__ == "__main__":
    from workflow_scripts.provenance.step import run

    run(main, snakemake)
