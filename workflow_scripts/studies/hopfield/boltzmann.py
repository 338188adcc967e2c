"""Boltzmann machines by enumeration of all states: exact references without sampling."""

import itertools

import numpy as np
import torch
from torch import Tensor


def all_states(units: int) -> Tensor:
    """Every state of ±1 `[2^units, units]`, float64."""
    return torch.tensor(list(itertools.product((-1.0, 1.0), repeat=units)), dtype=torch.float64)


def hopfield_energy(couplings: Tensor, states: Tensor) -> Tensor:
    """E = −½ sᵀWs `[S]` of states `[S, N]` (Hopfield 1982, eq. 7)."""
    return -0.5 * ((states @ couplings) * states).sum(dim=1)


def firing(field: Tensor, beta: float) -> Tensor:
    """Probability that a unit of ±1 is up in the heat bath: 1 / (1 + exp(−2β · field))."""
    return torch.sigmoid(2 * beta * field)


def heat_bath(couplings: Tensor, beta: float) -> Tensor:
    """Transition matrix `[S, S]` of one asynchronous update of a randomly chosen unit.

    The dynamics of the Boltzmann machine (Ackley et al. 1985), over all states of ±1.
    """
    states = all_states(len(couplings))
    count, units = states.shape
    matrix = torch.zeros(count, count, dtype=torch.float64)
    place = 2 ** torch.arange(units - 1, -1, -1)
    index = torch.arange(count)
    for unit in range(units):
        up = firing(states @ couplings[unit], beta)
        base = index - place[unit] * (states[:, unit] > 0)
        matrix[index, base + place[unit]] += up / units
        matrix[index, base] += (1 - up) / units
    return matrix


def boltzmann(energies: Tensor, beta: float) -> Tensor:
    """The distribution exp(−βE) / Z over states with `energies` `[S]`."""
    return torch.softmax(-beta * energies, dim=0)


def joint_energy(weights: Tensor, visible_bias: Tensor, hidden_bias: Tensor) -> Tensor:
    """Energy `[V, H]` of all visible and hidden states of a restricted Boltzmann machine.

    E = −vᵀWh − aᵀv − bᵀh with `weights` `[visible, hidden]`.
    """
    visible, hidden = all_states(len(visible_bias)), all_states(len(hidden_bias))
    energy = -(visible @ weights @ hidden.T)
    return energy - (visible @ visible_bias)[:, None] - (hidden @ hidden_bias)[None]


def free_energy(weights: Tensor, visible_bias: Tensor, hidden_bias: Tensor, beta: float) -> Tensor:
    """Free energy `[V]` of each visible state in closed form: −aᵀv − Σ log 2 cosh(β field) / β."""
    visible = all_states(len(visible_bias))
    field = beta * (visible @ weights + hidden_bias)
    log_two_cosh = torch.logaddexp(field, -field)
    return -(visible @ visible_bias) - log_two_cosh.sum(dim=1) / beta


def gaussian_marginal(fields: Tensor, nodes: int = 100) -> Tensor:
    """−log ∫ exp(−h²/2 + h · field) dh / √(2π) of each of `fields`, by Gauss–Hermite nodes."""
    at, mass = np.polynomial.hermite_e.hermegauss(nodes)
    log_mass = torch.from_numpy(np.log(mass / np.sqrt(2 * np.pi)))
    return -torch.logsumexp(log_mass + fields[..., None] * torch.from_numpy(at), dim=-1)
