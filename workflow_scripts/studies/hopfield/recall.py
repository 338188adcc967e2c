"""Step: recall of damaged patterns below and above capacity, and the energy after each update."""

from collections.abc import Callable, Sequence

import pandas as pd
import torch
from torch import Tensor

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.partial_results import Found, PartialResults
from workflow_scripts.studies.hopfield.dynamics import energies, relax
from workflow_scripts.studies.hopfield.patterns import (
    flipped,
    hebb,
    one_way,
    overlap,
    random_patterns,
    replaced,
    visit_order,
)
from workflow_scripts.studies.hopfield.settings import Recall

Damage = Callable[[Tensor, float, int], Tensor]
"""Patterns, the share of each and a seed: the same patterns with as much damage."""
SHOWN = 5
"""Number of trials whose energy is recorded after every update."""


def cues(settings: Recall) -> dict[str, tuple[float, Damage]]:
    """The ways to damage a pattern, by name: the share of bits and the function."""
    named: dict[str, tuple[float, Damage]] = {
        f"{100 * share:g} % flipped": (share, flipped) for share in settings.flipped
    }
    return named | {f"{100 * settings.missing:g} % replaced": (settings.missing, replaced)}


def recalled(seeds: Sequence[int], network: str, load: float, settings: Recall) -> pd.DataFrame:
    """One row per seed and kind of cue: the share of cues that end within the tolerance."""
    rows, order = [], visit_order(settings.size)
    count = round(load * settings.size)
    patterns = torch.stack([random_patterns(seed, count, settings.size) for seed in seeds])
    stored, damages = patterns[:, : settings.trials], cues(settings)
    # All cues of a network run together; its trials are ordered by kind of cue.
    starts = [
        torch.stack([damage(s, share, seed) for s, seed in zip(stored, seeds, strict=True)])
        for share, damage in damages.values()
    ]
    relaxed = relax(hebb(patterns), torch.cat(starts, dim=1), order, settings.sweeps)
    ends = relaxed.states.split(stored.shape[1], dim=1)
    for cue, start, end in zip(damages, starts, ends, strict=True):
        wrong = (end != stored).double().mean(dim=2)
        frame = {
            "seed": list(seeds),
            "network": network,
            "load": load,
            "cue": cue,
            "share": (wrong <= settings.within).double().mean(dim=1).tolist(),
            "start_overlap": overlap(start, stored).double().mean(dim=1).tolist(),
            "end_overlap": overlap(end, stored).double().mean(dim=1).tolist(),
        }
        rows.append(pd.DataFrame(frame))
    return pd.concat(rows, ignore_index=True)


def energy_paths(seed: int, settings: Recall) -> dict[str, Tensor]:
    """The energy `[1 + updates, T]` with symmetric and with one-way couplings."""
    size = settings.energy_size
    patterns = random_patterns(seed, round(settings.load * size), size)
    symmetric = hebb(patterns)
    # Trials beyond the number of patterns are further cues of the same patterns.
    stored = patterns[torch.arange(settings.energy_trials) % len(patterns)]
    start = flipped(stored, max(settings.flipped), seed)
    return {
        name: energies(couplings, start, visit_order(size), settings.energy_sweeps)
        for name, couplings in (("symmetric", symmetric), ("one-way", one_way(symmetric, seed)))
    }


def rises(seed: int, paths: dict[str, Tensor]) -> pd.DataFrame:
    """One row per kind of coupling: the largest increase of the energy in a single update."""
    return pd.DataFrame(
        {
            "seed": seed,
            "couplings": list(paths),
            "updates": [len(path) - 1 for path in paths.values()],
            "rise": [float(path.diff(dim=0).max()) for path in paths.values()],
        }
    )


def shown(seed: int, paths: dict[str, Tensor], size: int) -> pd.DataFrame:
    """The energy per neuron of some trials over two sweeps, for a figure."""
    frames = []
    for name, path in paths.items():
        # Couplings are N times those of Hebb, so the energy per neuron in his units is E / N².
        part = path[: 2 * size + 1, :SHOWN] / size**2
        frames += [
            pd.DataFrame(
                {
                    "seed": seed,
                    "couplings": name,
                    "trial": trial,
                    "update": range(len(part)),
                    "energy": part[:, trial].tolist(),
                }
            )
            for trial in range(part.shape[1])
        ]
    return pd.concat(frames, ignore_index=True)


def main(snakemake: Job) -> None:
    """Write recall, energies and paths of a batch of seeds."""
    settings = Recall.model_validate(section(snakemake.params.cfg, "recall"))
    seeds = seeds_of(snakemake.wildcards.seeds)
    loads = {"below capacity": settings.load, "above capacity": settings.overload}

    def of_seed(seed: int) -> Found:
        paths = energy_paths(seed, settings)
        tables = {"energy": rises(seed, paths)}
        if seed == seeds[0]:
            tables["paths"] = shown(seed, paths, settings.energy_size)
        return Found(tables)

    done = PartialResults.of(snakemake)
    networks = [
        done.table(network, recalled, seeds, network, load, settings)
        for network, load in loads.items()
    ]
    energies_of = [done.part(f"seed {seed}", of_seed, seed).tables for seed in seeds]
    tables = {
        "recall": networks,
        "energy": [each["energy"] for each in energies_of],
        "paths": [energies_of[0]["paths"]],
    }
    for name, parts in tables.items():
        write_table(pd.concat(parts, ignore_index=True), snakemake.output[name])
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
