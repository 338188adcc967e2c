"""The figures of the study that are rows of pictures."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from workflow_scripts.core.settings import section
from workflow_scripts.evidence.figures.draw import Tables
from workflow_scripts.evidence.figures.style import WIDTH, figure
from workflow_scripts.studies.hopfield.pictures import picture


def completion(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Half-hidden images and their completions, one row per network."""
    shares = tables["completion"].groupby("network").share.mean()
    table = tables["pictures"][tables["pictures"].group == "completion"]
    labels = {
        kind: f"{kind.replace(', ', chr(10))}\n{100 * shares[kind]:.0f} % completed"
        if kind in shares
        else {"stored": "stored image", "cue": "lower half hidden"}[kind]
        for kind in table.kind.unique()
    }
    return _pictures(table, labels)


def retrieved(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Images retrieved from noisy ones at three inverse temperatures, one row each."""
    table = tables["pictures"][tables["pictures"].group == "regimes"]
    names = {f"β = {section(cfg, f'regimes.{n}'):g}": n for n in ("average", "blur", "retrieval")}
    labels = {
        kind: f"{kind}\n{names[kind]}" if kind in names else "stored image"
        for kind in table.kind.unique()
    }
    return _pictures(table, labels)


def _pictures(table: pd.DataFrame, labels: Mapping[str, str]) -> Figure:
    """Pictures in a grid, one row per kind."""
    table = table[table.seed == table.seed.min()]
    columns = table.picture.nunique()
    drawn, axes = figure(WIDTH, 0.83 * len(labels), rows=len(labels), columns=columns)
    for row, (kind, label) in zip(np.reshape(axes, (len(labels), -1)), labels.items(), strict=True):
        part = table[table.kind == kind].sort_values("picture")
        for ax, pixels in zip(row, part.pixels, strict=True):
            ax.imshow(picture(pixels), cmap="gray", vmin=0, vmax=255, interpolation="nearest")
            ax.set_xticks([])
            ax.set_yticks([])
        row[0].set_ylabel(label, rotation=0, ha="right", va="center", fontsize=11)
    return drawn
