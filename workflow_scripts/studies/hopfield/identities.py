"""Step: exact identities on random draws in float64, with a wrong temperature as control."""

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.randomness import generator
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.learning.parts_by_seed import by_seed
from workflow_scripts.studies.hopfield import boltzmann
from workflow_scripts.studies.hopfield.modern import energy, update
from workflow_scripts.studies.hopfield.settings import Identities

OTHER = 1.5
"""Factor by which the inverse temperature of the control is wrong."""
COLD = 1e3
"""Inverse temperature used as temperature zero, in units of 1 / (smallest energy of a flip)."""
WARM = 1e-3

Identity = Callable[[torch.Generator, Identities, float], float]
"""Largest difference between the sides on one draw, with one inverse temperature scaled."""


def _normal(random: torch.Generator, *shape: int) -> Tensor:
    return torch.randn(*shape, generator=random, dtype=torch.float64)


def _gap(ours: Tensor, theirs: Tensor) -> float:
    return float((ours - theirs).abs().max())


def single(random: torch.Generator, settings: Identities, factor: float) -> float:
    """One set of patterns, β = 1/√d: keys are patterns, values are patterns."""
    patterns, queries = _normal(random, 11, 16), _normal(random, 5, 16)
    ours = update(patterns, queries, factor / math.sqrt(16))
    return _gap(ours, scaled_dot_product_attention(queries, patterns, patterns))


def batched(random: torch.Generator, settings: Identities, factor: float) -> float:
    """A set of patterns and values for each of several batches."""
    patterns, queries = _normal(random, 3, 11, 16), _normal(random, 3, 5, 16)
    values = _normal(random, 3, 11, 7)
    ours = update(patterns, queries, factor / math.sqrt(16), values=values)
    return _gap(ours, scaled_dot_product_attention(queries, patterns, values))


def masked(random: torch.Generator, settings: Identities, factor: float) -> float:
    """Each query sees only some patterns, always including the first two."""
    patterns, queries = _normal(random, 3, 11, 16), _normal(random, 3, 5, 16)
    mask = torch.rand(3, 5, 11, generator=random) < 0.5
    mask[..., :2] = True
    ours = update(patterns, queries, factor / math.sqrt(16), mask=mask)
    theirs = scaled_dot_product_attention(queries, patterns, patterns, attn_mask=mask)
    return _gap(ours, theirs)


def multi_head(random: torch.Generator, settings: Identities, factor: float) -> float:
    """Each head projects states, patterns and values; compared with torch.nn.MultiheadAttention."""
    heads, width = 4, 16
    layer = torch.nn.MultiheadAttention(width, heads, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        layer.in_proj_weight.copy_(_normal(random, 3 * width, width) / math.sqrt(width))
        layer.out_proj.weight.copy_(_normal(random, width, width) / math.sqrt(width))
        patterns, queries = _normal(random, 3, 11, width), _normal(random, 3, 5, width)
        theirs, _ = layer(queries, patterns, patterns, need_weights=False)
        of_query, of_key, of_value = layer.in_proj_weight.chunk(3)
        each = width // heads
        found = []
        for head in range(heads):
            rows = slice(head * each, (head + 1) * each)
            found.append(
                update(
                    patterns @ of_key[rows].T,
                    queries @ of_query[rows].T,
                    factor / math.sqrt(each),
                    values=patterns @ of_value[rows].T,
                )
            )
        ours = torch.cat(found, dim=-1) @ layer.out_proj.weight.T
    return _gap(ours, theirs)


def descent(random: torch.Generator, settings: Identities, factor: float) -> float:
    """Attention is a gradient-descent step of step size one on the energy."""
    patterns = _normal(random, 11, 16)
    states = _normal(random, 5, 16).requires_grad_()
    beta = 1 / math.sqrt(16)
    (gradient,) = torch.autograd.grad(energy(patterns, states, factor * beta).sum(), states)
    attended = scaled_dot_product_attention(states, patterns, patterns)
    return _gap((states - gradient).detach(), attended.detach())


def _machine(random: torch.Generator, units: int) -> Tensor:
    couplings = _normal(random, units, units) / math.sqrt(units)
    couplings = couplings + couplings.T
    couplings.diagonal().zero_()
    return couplings


def stationary(random: torch.Generator, settings: Identities, factor: float) -> float:
    """One asynchronous update of the heat bath preserves exp(−βE) / Z of Hopfield's energy.

    In units of the probability of a state under the uniform distribution.
    """
    couplings = _machine(random, settings.units)
    energies = boltzmann.hopfield_energy(couplings, boltzmann.all_states(settings.units))
    before = boltzmann.boltzmann(energies, factor)
    return _gap(before @ boltzmann.heat_bath(couplings, 1.0), before) * len(before)


def zero_temperature(random: torch.Generator, settings: Identities, factor: float) -> float:
    """At temperature zero the heat bath is Hopfield's rule: a unit follows the sign of its field.

    The wrong temperature is a high one here, because a finite factor would change nothing.
    """
    couplings = _machine(random, settings.units)
    fields = boltzmann.all_states(settings.units) @ couplings
    beta = (COLD if factor == 1 else WARM) / float(fields.abs().min())
    return _gap(boltzmann.firing(fields, beta), (fields > 0).double())


def restricted(random: torch.Generator, settings: Identities, factor: float) -> float:
    """Summing over all hidden states of a restricted machine gives its free energy."""
    visible, hidden = settings.units, settings.hidden
    weights = _normal(random, visible, hidden) / math.sqrt(hidden)
    biases = _normal(random, visible), _normal(random, hidden)
    summed = -torch.logsumexp(-boltzmann.joint_energy(weights, *biases), dim=1)
    return _gap(summed, boltzmann.free_energy(weights, *biases, factor))


def gaussian_hidden(random: torch.Generator, settings: Identities, factor: float) -> float:
    """A restricted machine with Gaussian hidden units is a Hopfield network (Barra et al. 2012).

    Hidden unit μ has the weights of pattern μ; integrating them out gives −½ Σ (ξ·v)² / N, which is
    Hopfield's energy with self-couplings, whose contribution is the constant −P/2.
    """
    bits = torch.randint(0, 2, (settings.hidden, settings.units), generator=random)
    patterns = (2 * bits - 1).double()
    visible = boltzmann.all_states(settings.units)
    fields = visible @ patterns.T / math.sqrt(settings.units)
    integrated = boltzmann.gaussian_marginal(fields).sum(dim=1)
    couplings = patterns.T @ patterns / settings.units
    couplings.diagonal().zero_()
    energies = boltzmann.hopfield_energy(couplings, visible) - settings.hidden / 2
    return _gap(integrated, factor * energies)


def one_of_many(random: torch.Generator, settings: Identities, factor: float) -> float:
    """With one of many hidden units up and Gaussian visible units, alternating means are attention.

    E(v, μ) = ½|v|² − x_μ·v: summing over μ gives the energy of the modern network, and the mean of
    v given the mean of the hidden units is its update.
    """
    patterns, states = _normal(random, settings.hidden + 1, 16) / 4, _normal(random, 5, 16)
    joint = states.square().sum(dim=1)[:, None] / 2 - states @ patterns.T
    summed = -torch.log(torch.exp(-joint).sum(dim=1))
    chance = torch.exp(-joint) / torch.exp(-joint).sum(dim=1, keepdim=True)
    gaps = (
        _gap(summed, energy(patterns, states, factor)),
        _gap(chance @ patterns, update(patterns, states, factor)),
    )
    return float(np.max(gaps))


IDENTITIES: dict[str, dict[str, Identity]] = {
    "attention": {
        "one set of patterns": single,
        "batched": batched,
        "masked": masked,
        "several heads": multi_head,
        "step down the energy": descent,
    },
    "family": {
        "Boltzmann machine: stationary distribution": stationary,
        "Boltzmann machine at temperature zero": zero_temperature,
        "restricted machine: hidden units summed out": restricted,
        "Gaussian hidden units: Hopfield network": gaussian_hidden,
        "one hidden unit of many: attention": one_of_many,
    },
}


def checked(seed: int, settings: Identities) -> pd.DataFrame:
    """One row per identity: the worst difference over all draws, the least at a wrong β."""
    rows = []
    for group, identities in IDENTITIES.items():
        for name, identity in identities.items():

            def differences(
                factor: float, name: str = name, identity: Identity = identity
            ) -> list[float]:
                return [
                    identity(generator(seed, name, draw), settings, factor)
                    for draw in range(settings.draws)
                ]

            # NumPy's extremes, unlike Python's, are NaN where one of the values is.
            rows.append([seed, group, name, np.max(differences(1.0)), np.min(differences(OTHER))])
    return pd.DataFrame(rows, columns=["seed", "group", "identity", "difference", "mismatch"])


def main(snakemake: Job) -> None:
    """Write the identities of a batch of seeds."""
    settings = Identities.model_validate(section(snakemake.params.cfg, "identities"))
    done = PartialResults.of(snakemake)

    def of_seed(seed: int) -> dict[str, pd.DataFrame]:
        return {"identities": checked(seed, settings)}

    tables = by_seed(done, seeds_of(snakemake.wildcards.seeds), of_seed)
    write_table(tables["identities"], snakemake.output.identities)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
