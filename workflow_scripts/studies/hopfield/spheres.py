"""Step: the modern network on the unit sphere, its capacity and the error of one update."""

import math

import pandas as pd
import torch
from torch import Tensor

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.device import device
from workflow_scripts.learning.ensemble.randomness import generator
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.studies.hopfield.modern import separation, unit, update
from workflow_scripts.studies.hopfield.settings import Separation, Spheres

CHUNK = 2**16
"""Number of patterns that are processed together."""


def errors(targets: Tensor, queries: Tensor, others: Tensor, beta: float) -> Tensor:
    """Distance between target and retrieved pattern, `[most, Q]`, by the number of patterns.

    Row k is for 2^(k+1) patterns: the target of the query `[Q, d]` and the first 2^(k+1) − 1 of
    `others` `[2^most − 1, d]`, which all queries share. One pass with a running softmax.
    """
    peak = beta * (queries * targets).sum(dim=1)
    mass, sums = torch.ones_like(peak), targets.clone()
    found, start = [], 0
    for level in range(1, int(math.log2(len(others) + 1)) + 1):
        end = 2**level - 1
        for first in range(start, end, CHUNK):
            part = others[first : min(first + CHUNK, end)]
            similarity = beta * queries @ part.T
            higher = torch.maximum(peak, similarity.amax(dim=1))
            fade, weight = torch.exp(peak - higher), torch.exp(similarity - higher[:, None])
            peak = higher
            mass = mass * fade + weight.sum(dim=1)
            sums = sums * fade[:, None] + weight @ part
        start = end
        found.append((sums / mass[:, None] - targets).norm(dim=1))
    return torch.stack(found)


def retrieved(seed: int, dimension: int, settings: Spheres, place: torch.device) -> pd.DataFrame:
    """One row per number of patterns: the share of queries recalled by one update."""
    random = generator(seed, "sphere", dimension)
    draw = unit(torch.randn(settings.queries, 2, dimension, generator=random))
    targets, noise = draw[:, 0].to(place), draw[:, 1].to(place)
    count = 2 ** min(settings.most, dimension) - 1
    others = unit(torch.randn(count, dimension, generator=random)).to(place)
    error = errors(targets, targets + settings.noise * noise, others, float(dimension))
    share = (error < settings.error).double().mean(dim=1)
    frame = pd.DataFrame({"bits": range(1, len(share) + 1), "share": share.tolist()})
    return frame.assign(dimension=dimension, seed=seed)


def spread(seed: int, settings: Separation) -> dict[str, Tensor]:
    """Patterns `[P, d]` on the sphere: independent ones, and close ones from the same draws."""
    random = generator(seed, "separation")
    count, dimension = settings.patterns, settings.dimension
    apart = unit(torch.randn(count, dimension, generator=random, dtype=torch.float64))
    centre = unit(torch.randn(dimension, generator=random, dtype=torch.float64))
    # Two patterns, each with cosine √c to the centre, have a mean cosine of c.
    across = unit(apart - (apart @ centre)[:, None] * centre)
    share = settings.cosine
    close = math.sqrt(share) * centre + math.sqrt(1 - share) * across
    return {"apart": apart, "close together": close}


def separated(seed: int, settings: Separation) -> pd.DataFrame:
    """One row per arm and product βΔ: the error of one update, absolute and relative to its bound.

    For each query ξ of pattern x, Δ is the separation of the query and β the product divided by Δ.
    The error is at most Σ_j≠x p_j |x_j − x| ≤ (P − 1) exp(−βΔ) · the largest distance. Close
    patterns get the inverse temperatures of independent ones. A query that is closer to another
    pattern has no separation, and the means of its seed are NaN.
    """
    patterns = spread(seed, settings)
    draw = torch.randn(
        patterns["apart"].shape, generator=generator(seed, "noise"), dtype=torch.float64
    )
    noise = settings.noise * unit(draw)
    targets = torch.arange(settings.patterns)
    gap = separation(patterns["apart"], patterns["apart"] + noise, targets)
    gap = gap.where(gap > 0, torch.nan)
    rows = []
    for arm, stored in patterns.items():
        distances = torch.cdist(stored, stored)
        typical = float(distances.sum() / (len(stored) * (len(stored) - 1)))
        bound = (len(stored) - 1) * distances.amax(dim=1)
        for product in settings.products:
            beta = product / gap
            ends = torch.cat(
                [
                    update(stored, (stored + noise)[at : at + 1], float(beta[at]))
                    for at in targets.tolist()
                ]
            )
            error = (ends - stored).norm(dim=1)
            own = separation(stored, stored + noise, targets)
            most = bound * torch.exp(-beta * own)
            double = error / (bound * torch.exp(-2 * beta * own))
            rows.append(
                {
                    "seed": seed,
                    "arm": arm,
                    "product": product,
                    "queries": len(error),
                    "error": float(error.mean()) / typical,
                    "log_error": float(torch.log(error / typical).mean()),
                    "log_bound": float(torch.log(most / typical).mean()),
                    "of_bound": float((error / most).max()),
                    "of_double_bound": float(double.max()),
                }
            )
    return pd.DataFrame(rows)


def main(snakemake: Job) -> None:
    """Write capacities and errors of a batch of seeds."""
    cfg, place = snakemake.params.cfg, device(section(snakemake.params.cfg, "device"))
    spheres = Spheres.model_validate(section(cfg, "spheres"))
    apart = Separation.model_validate(section(cfg, "separation"))
    seeds, done = seeds_of(snakemake.wildcards.seeds), PartialResults.of(snakemake)
    shares = [
        done.table(f"seed {seed}, dimension {d}", retrieved, seed, d, spheres, place)
        for seed in seeds
        for d in spheres.dimensions
    ]
    write_table(pd.concat(shares, ignore_index=True), snakemake.output.spheres)
    gaps = [done.table(f"seed {seed}, separation", separated, seed, apart) for seed in seeds]
    write_table(pd.concat(gaps, ignore_index=True), snakemake.output.separation)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
