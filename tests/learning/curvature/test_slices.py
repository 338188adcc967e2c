import pytest
import torch
from curvature_example import NETWORKS, SEEDS, example

from workflow_scripts.learning.curvature.slices import (
    filter_normalised,
    landscape,
    random_direction,
)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_filter_of_a_direction_is_as_long_as_that_of_the_network(name):
    objective, parameters = example(name)
    direction = random_direction(objective.network, parameters, SEEDS)
    assert list(direction) == list(objective.network.shapes())
    for key, along in direction.items():
        weights = parameters[key]
        if weights.dim() == 2:
            assert not along.any()
            continue
        for member in range(len(SEEDS)):
            linear = weights.dim() == 3
            units = weights.shape[2] if linear else weights.shape[1]
            for unit in range(units):
                pick = (member, slice(None), unit) if linear else (member, unit)
                torch.testing.assert_close(along[pick].norm(), weights[pick].norm())
                assert along[pick].norm() > 0


def test_normalising_keeps_where_a_filter_points():
    objective, parameters = example()
    direction = {n: torch.randn_like(p) for n, p in parameters.items()}
    found = filter_normalised(objective.network, parameters, direction)
    cosine = torch.nn.functional.cosine_similarity(found["weight0"], direction["weight0"], dim=1)
    torch.testing.assert_close(cosine, torch.ones_like(cosine))


def test_directions_are_each_members_own_and_numbered():
    objective, parameters = example()
    twice = {n: torch.cat([p, p]) for n, p in parameters.items()}
    first = random_direction(objective.network, twice, [*SEEDS, *SEEDS])
    assert torch.equal(first["weight0"][:3], first["weight0"][3:])
    other = random_direction(objective.network, twice, [*SEEDS, *SEEDS], 1)
    assert not torch.equal(first["weight0"], other["weight0"])


@pytest.mark.parametrize("name", NETWORKS)
def test_a_landscape_is_the_loss_at_each_place(name):
    objective, parameters = example(name)
    network = objective.network
    directions = [random_direction(network, parameters, SEEDS, n) for n in (0, 1)]
    coordinates = torch.tensor([[0.0, 0.0], [0.5, 0.0], [0.0, -0.5], [1.0, 2.0]])
    losses, accuracies = landscape(network, parameters, directions, coordinates, objective.examples)
    assert losses.shape == accuracies.shape == (4, 3)
    torch.testing.assert_close(losses[0], objective.losses(parameters))
    for row, (a, b) in zip(losses, coordinates.tolist(), strict=True):
        there = parameters | {
            n: parameters[n] + a * directions[0][n] + b * directions[1][n] for n in network.shapes()
        }
        torch.testing.assert_close(row, objective.losses(there))


def test_statistics_are_taken_anew_at_each_place_where_asked():
    objective, parameters = example("residual")
    network = objective.network
    along = [random_direction(network, parameters, SEEDS)]
    places = torch.tensor([[0.0], [0.5]])
    arguments = (network, parameters, along, places, objective.examples)
    stale, fresh = (
        landscape(*arguments)[0],
        landscape(*arguments, calibration=objective.examples.inputs)[0],
    )
    torch.testing.assert_close(stale[0], fresh[0])
    assert (stale[1] - fresh[1]).abs().min() > 1e-6
