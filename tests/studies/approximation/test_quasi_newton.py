"""L-BFGS, and the loss of one hidden layer that it minimises."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.learning.ensemble.target_losses import squared_error
from workflow_scripts.studies.approximation.networks import LinearStart
from workflow_scripts.studies.approximation.one_layer import OneLayer, parameters_of, vector_of
from workflow_scripts.studies.approximation.quasi_newton import minimise


@given(
    seed=st.integers(0, 2**31),
    units=st.integers(1, 9),
    points=st.integers(2, 30),
)
def test_the_loss_and_its_gradient_are_those_of_the_network(seed, units, points):
    """Which backpropagates through the layers; in float64."""
    network = LinearStart([1, units, 1])
    random = np.random.default_rng(seed)
    places, values = random.uniform(-1, 1, (2, points))
    drawn = {name: tensor.double() for name, tensor in network.initialise([seed]).items()}
    loss, gradient = OneLayer(places, values, units)(vector_of(drawn))
    inputs, targets = (torch.from_numpy(each).view(1, -1, 1) for each in (places, values))
    losses, gradients = network.losses_and_gradients(drawn, inputs, targets, squared_error)
    assert loss == pytest.approx(losses.item(), rel=1e-12)
    assert gradient == pytest.approx(vector_of(gradients), rel=1e-9, abs=1e-13)


def test_the_gradient_is_that_of_finite_differences():
    random = np.random.default_rng(0)
    objective = OneLayer(np.linspace(-1, 1, 40), random.standard_normal(40), 7)
    at = random.standard_normal(3 * 7 + 1)
    _, gradient = objective(at)
    steps = 1e-6 * np.eye(len(at))
    slopes = [(objective(at + step)[0] - objective(at - step)[0]) / 2e-6 for step in steps]
    assert gradient == pytest.approx(np.array(slopes), abs=1e-8)


def test_a_vector_holds_all_parameters():
    drawn = LinearStart([1, 5, 1]).initialise([3])
    again = parameters_of(vector_of(drawn))
    assert {name: each.shape for name, each in again.items()} == {
        name: each.shape for name, each in drawn.items()
    }
    for name, tensor in drawn.items():
        assert torch.equal(again[name], tensor.double())


def test_lbfgs_ends_where_least_squares_does():
    """Of a linear model, where the least is known."""
    random = np.random.default_rng(0)
    columns = np.concatenate([random.standard_normal((20, 2)), np.ones((20, 1))], axis=1)
    values = random.standard_normal(20)

    def objective(at):
        errors = columns @ at - values
        return errors @ errors / 20, columns.T @ errors / 10

    end = minimise(objective, np.zeros(3), 100, 10)
    least = np.linalg.lstsq(columns, values)[0]
    assert end.loss == pytest.approx(objective(least)[0], rel=1e-10)
    assert end.vector == pytest.approx(least, abs=1e-6)
    assert end.converged
    few = minimise(objective, np.zeros(3), 1, 10)
    assert not few.converged
    assert few.loss > end.loss


def test_a_network_that_fits_is_found_from_close_by():
    places = np.linspace(-1, 1, 41)
    objective = OneLayer(places, np.abs(places), 2)
    exact = np.array([1, -1, 0, 0, 1, 1, 0], dtype=float)  # |x| as two units
    start = exact + 0.05 * np.random.default_rng(0).standard_normal(7)
    assert objective(exact)[0] == 0
    assert minimise(objective, start, 500, 10).loss < 1e-8 < objective(start)[0]
