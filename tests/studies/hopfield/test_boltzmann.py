import itertools
import math

import pytest
import torch

from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.studies.hopfield import boltzmann, identities
from workflow_scripts.studies.hopfield.identities import IDENTITIES, checked


def normal(seed, *shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def machine(seed, units):
    couplings = normal(seed, units, units)
    couplings = couplings + couplings.T
    couplings.diagonal().zero_()
    return couplings


def test_all_states_are_all_of_them_once():
    states = boltzmann.all_states(3)
    assert [tuple(s) for s in states.tolist()] == list(itertools.product((-1.0, 1.0), repeat=3))


def test_the_heat_bath_written_out():
    """Every entry from the chance of one unit to change; detailed balance with its distribution."""
    couplings, beta = machine(0, 3), 0.7
    states = boltzmann.all_states(3)
    matrix = boltzmann.heat_bath(couplings, beta)
    assert torch.allclose(matrix.sum(dim=1), torch.ones(8, dtype=torch.float64))
    for here, there in itertools.product(range(8), repeat=2):
        changed = (states[here] != states[there]).nonzero().flatten().tolist()
        if len(changed) == 1:
            field = float(couplings[changed[0]] @ states[here])
            expected = 1 / (1 + math.exp(-2 * beta * field * float(states[there][changed[0]]))) / 3
            assert float(matrix[here, there]) == pytest.approx(expected, abs=1e-14)
        elif len(changed) > 1:
            assert float(matrix[here, there]) == 0
    chance = boltzmann.boltzmann(boltzmann.hopfield_energy(couplings, states), beta)
    flow = chance[:, None] * matrix
    assert torch.allclose(flow, flow.T, atol=1e-15)


def test_the_free_energy_is_the_sum_over_hidden_states_written_out():
    weights, a, b = normal(0, 3, 2), normal(1, 3), normal(2, 2)
    closed = boltzmann.free_energy(weights, a, b, 1.0)
    for row, v in enumerate(itertools.product((-1.0, 1.0), repeat=3)):
        total = 0.0
        for h in itertools.product((-1.0, 1.0), repeat=2):
            energy = -sum(v[i] * float(weights[i, j]) * h[j] for i in range(3) for j in range(2))
            energy -= sum(v[i] * float(a[i]) for i in range(3))
            energy -= sum(h[j] * float(b[j]) for j in range(2))
            total += math.exp(-energy)
        assert float(closed[row]) == pytest.approx(-math.log(total), abs=1e-12)


def test_the_gaussian_integral():
    fields = torch.linspace(-4, 4, 17, dtype=torch.float64)
    assert torch.allclose(boltzmann.gaussian_marginal(fields), -(fields**2) / 2, atol=1e-12)


@pytest.mark.parametrize(
    ("group", "name"), [(group, name) for group, each in IDENTITIES.items() for name in each]
)
def test_an_identity_holds_and_fails_at_another_temperature(request, group, name):
    laptop = load_configuration(request.config.rootpath / "config", {"scale": "laptop"})
    for draw in range(20):
        random = torch.Generator().manual_seed(draw)
        right = IDENTITIES[group][name](random, laptop.hopfield.identities, 1.0)
        random = torch.Generator().manual_seed(draw)
        wrong = IDENTITIES[group][name](random, laptop.hopfield.identities, identities.OTHER)
        assert 0 <= right < 1e-12
        assert wrong > 1e-3


def test_the_worst_and_the_least_of_all_draws_are_kept(monkeypatch):
    def drawn(random, settings, factor):
        return float(torch.rand(1, generator=random)) * factor

    monkeypatch.setattr(identities, "IDENTITIES", {"group": {"name": drawn}})
    settings = identities.Identities(draws=5, units=2, hidden=1)
    seen = [drawn(identities.generator(3, "name", draw), settings, 1.0) for draw in range(5)]
    (row,) = checked(3, settings).itertuples()
    assert row.difference == max(seen)
    assert row.mismatch == pytest.approx(identities.OTHER * min(seen))
