"""Masks of zeros and ones over weights: pruned by magnitude, shuffled, or drawn at random.

All functions take numpy arrays `[*shape]` of one network. A mask is float32, like the weights it
multiplies.
"""

from collections.abc import Mapping

import numpy as np

from workflow_scripts.core.errors import UserError
from workflow_scripts.studies.lottery.settings import Pruning

Arrays = Mapping[str, np.ndarray]
Masks = dict[str, np.ndarray]


def prune(weights: Arrays, masks: Arrays, pruning: Pruning) -> Masks:
    """Keep the largest surviving weights by one round of `pruning`.

    The last of `masks` is the output layer. Ties are broken by position, so that the same weights
    give the same mask.
    """
    counts = {name: int(mask.sum()) for name, mask in masks.items()}
    if pruning.scope == "network":
        return keep_largest_overall(weights, masks, round(pruning.keep * sum(counts.values())))
    *_, output = masks
    keep = dict.fromkeys(masks, pruning.keep)
    if pruning.keep_output is not None:
        keep[output] = pruning.keep_output
    return keep_largest(weights, masks, {n: round(keep[n] * counts[n]) for n in masks})


def prune_to(weights: Arrays, masks: Arrays, pruning: Pruning, total: int) -> Masks:
    """Keep exactly `total` weights by a round of `pruning` of the necessary strength.

    With scope `layer` all hidden layers keep the same share; the share removed from the output
    layer has the same ratio to theirs as in an ordinary round. UserError if fewer than `total`
    weights survive before the round.
    """
    counts = {name: int(mask.sum()) for name, mask in masks.items()}
    survivors = sum(counts.values())
    if total > survivors:
        raise UserError(
            f"needles.survivors: {total} weights asked for, but only {survivors} are left: ask "
            "for fewer, or leave out the narrowest parents"
        )
    if pruning.scope == "network":
        return keep_largest_overall(weights, masks, total)
    *hidden, output = masks
    kept_output = pruning.keep if pruning.keep_output is None else pruning.keep_output
    mildness = (1 - kept_output) / (1 - pruning.keep)
    removed = (survivors - total) / (sum(counts[n] for n in hidden) + mildness * counts[output])
    wanted = {name: round((1 - removed) * counts[name]) for name in hidden}
    wanted[output] = round((1 - mildness * removed) * counts[output])
    largest = max(hidden, key=lambda name: counts[name])
    wanted[largest] += total - sum(wanted.values())  # the remainder of rounding
    if min(wanted.values()) < 0:
        raise UserError(
            f"needles.survivors: {total} weights are fewer than the output layer keeps: ask for "
            "more, or for more needles.rounds"
        )
    return keep_largest(weights, masks, wanted)


def keep_largest(weights: Arrays, masks: Arrays, counts: Mapping[str, int]) -> Masks:
    """Keep the `counts[name]` surviving weights of largest magnitude in each layer."""
    return {name: _largest(weights[name], masks[name], counts[name]) for name in masks}


def keep_largest_overall(weights: Arrays, masks: Arrays, total: int) -> Masks:
    """Keep the `total` surviving weights of largest magnitude over all layers together."""
    flat = _largest(_joined(weights, masks), _joined(masks, masks), total)
    return _parted(flat, masks)


def shuffled(masks: Arrays, random: np.random.Generator) -> Masks:
    """Permute the mask of each layer: the same density in every layer, at other positions."""
    return {n: random.permutation(mask.ravel()).reshape(mask.shape) for n, mask in masks.items()}


def scattered(masks: Arrays, random: np.random.Generator) -> Masks:
    """Permute the mask over the whole network: only its total density is preserved."""
    return _parted(random.permutation(_joined(masks, masks)), masks)


def ones(weights: Arrays) -> Masks:
    """The mask that prunes nothing."""
    return {name: np.ones_like(weight) for name, weight in weights.items()}


def survivors(masks: Arrays) -> int:
    """Number of weights that survive."""
    return sum(int(mask.sum()) for mask in masks.values())


def _largest(weight: np.ndarray, mask: np.ndarray, count: int) -> np.ndarray:
    magnitude = np.where(mask.ravel() > 0, np.abs(weight.ravel()), -1.0)
    order = np.argsort(-magnitude, kind="stable")
    kept = np.zeros(mask.size, dtype=np.float32)
    kept[order[:count]] = 1.0
    return (kept * mask.ravel()).reshape(mask.shape)


def _joined(arrays: Arrays, names: Arrays) -> np.ndarray:
    return np.concatenate([arrays[name].ravel() for name in names])


def _parted(flat: np.ndarray, like: Arrays) -> Masks:
    ends = np.cumsum([array.size for array in like.values()])
    parts = np.split(flat, ends[:-1])
    return {n: part.reshape(like[n].shape) for n, part in zip(like, parts, strict=True)}
