"""Images with one half hidden, completed by networks that have stored the whole."""

import pandas as pd
import torch
from torch import Tensor

from workflow_scripts.learning.ensemble.randomness import generator
from workflow_scripts.studies.hopfield.dynamics import relax
from workflow_scripts.studies.hopfield.modern import unit, update
from workflow_scripts.studies.hopfield.patterns import hebb, pseudo_inverse, visit_order
from workflow_scripts.studies.hopfield.pictures import binary, picture_rows
from workflow_scripts.studies.hopfield.settings import Completion


def hidden_half(images: Tensor) -> Tensor:
    """Which pixels of flat `images` `[n, pixels]` are hidden: the lower half, as a mask."""
    hidden = torch.zeros_like(images, dtype=torch.bool)
    hidden[:, images.shape[1] // 2 :] = True
    return hidden


def completed(
    seed: int, images: Tensor, hidden: Tensor, settings: Completion
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a network: the share of images that it completes; and pictures of some.

    The first `settings.stored` of `images` are cues with `hidden` pixels. Classical networks store
    light and dark, their hidden pixels start from coin tosses. The modern network compares visible
    pixels alone and reads out grey images; it is tried with as many, and with all images stored.
    An image is completed where all but `settings.within` of its pixels are light and dark as they
    should be.
    """
    cues = images[: settings.stored]
    real = binary(cues)
    coins = torch.randint(0, 2, real.shape, generator=generator(seed, "hidden")) * 2.0 - 1
    start = torch.where(hidden, coins, real)
    ends = {}
    for rule, couplings in (("Hebb", hebb(real)), ("pseudo-inverse", pseudo_inverse(real))):
        states = start.to(couplings.dtype)[None]
        order = visit_order(cues.shape[1])
        found = relax(couplings[None], states, order, settings.sweeps).states[0]
        ends[f"classical, {rule}"] = (len(cues), (found.double() + 1) / 2)
    for stored in (cues, images):
        centre = stored.mean(dim=0)
        queries = unit((cues - centre).masked_fill(hidden, 0))
        found = update(unit(stored - centre), queries, settings.beta, values=stored)
        ends.setdefault(f"modern, {len(stored)} images", (len(stored), found))
    rows = []
    for network, (count, found) in ends.items():
        wrong = (binary(found) != real).double().mean(dim=1)
        share = float((wrong <= settings.within).double().mean())
        rows.append([seed, network, count, share])
    seen = torch.where(hidden, 0.5, cues)
    kinds = {"stored": cues, "cue": seen} | {network: end for network, (_, end) in ends.items()}
    pictures = [
        picture_rows("completion", kind, found[: settings.shown]) for kind, found in kinds.items()
    ]
    columns = ["seed", "network", "stored", "share"]
    return pd.DataFrame(rows, columns=columns), pd.concat(pictures, ignore_index=True)
