"""Networks that are written down: against the functions that they are, in float64."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow_scripts.studies.approximation.composed import composed_tents
from workflow_scripts.studies.approximation.constructions import interpolant, square, tents
from workflow_scripts.studies.approximation.deep import exact_within, share_left
from workflow_scripts.studies.approximation.identities import counting, squared, tents_exactly
from workflow_scripts.studies.approximation.measures import largest_error, outputs
from workflow_scripts.studies.approximation.networks import Cubic, HeStart
from workflow_scripts.studies.approximation.pieces import count, knots

PEAKS = st.lists(st.floats(0.3, 0.7), min_size=1, max_size=5)


@given(st.lists(st.floats(-3, 3), min_size=3, max_size=9))
@settings(max_examples=30, deadline=None)
def test_an_interpolant_is_numpys_inside_and_its_last_pieces_outside(values):
    places, values = np.linspace(-1, 1, len(values)), np.array(values)
    network = interpolant(places, values)
    x = np.linspace(-1, 1, 57)
    assert outputs(*network, x) == pytest.approx(np.interp(x, places, values), abs=1e-12)
    assert network[0].sizes == [1, len(values) - 1, 1]
    slope = (values[1] - values[0]) / (places[1] - places[0])
    assert outputs(*network, np.array([-2.0]))[0] == pytest.approx(values[0] - slope, abs=1e-9)
    slope = (values[-1] - values[-2]) / (places[1] - places[0])
    assert outputs(*network, np.array([2.0]))[0] == pytest.approx(values[-1] + slope, abs=1e-9)


def test_the_error_of_an_interpolant_of_a_parabola_is_that_of_theory():
    places = np.linspace(-1, 1, 9)
    x = np.linspace(-1, 1, 65)  # with the middle of each piece
    error = largest_error(outputs(*interpolant(places, places**2), x), x**2)
    assert error == pytest.approx(0.25**2 * 2 / 8, abs=1e-14)


def test_an_interpolant_needs_two_units():
    with pytest.raises(ValueError, match="at least two units"):
        interpolant(np.array([0.0, 1.0]), np.array([0.0, 1.0]))


@given(PEAKS)
@settings(max_examples=30, deadline=None)
def test_a_network_of_tents_is_the_tents_and_has_as_many_pieces(peaks):
    network, parameters = tents(peaks)
    x = np.linspace(0, 1, 101)
    assert outputs(network, parameters, x) == pytest.approx(composed_tents(peaks, x), abs=1e-10)
    assert count(network, parameters, 0.0, 1.0) == 2 ** len(peaks)
    assert sum(p.numel() for p in parameters.values()) == 6 * len(peaks) + 1


@pytest.mark.parametrize("depth", [1, 4, 12])
def test_telgarskys_tents_are_exact(depth):
    assert tents_exactly(depth) == {"pieces": 2**depth, "difference": 0.0}


@pytest.mark.parametrize("layers", [1, 2, 7])
def test_the_square_has_the_error_of_yarotsky(layers):
    found = squared(layers)
    assert found["error"] == found["theory"] == 2.0 ** (-2 * layers - 2)
    # Between the places of the identity the error is smaller.
    x = np.linspace(0, 1, 1001)
    assert largest_error(outputs(*square(layers), x), x**2) <= found["theory"]


def test_the_counting_bound_is_below_what_the_best_labelling_has_wrong():
    # 64 points in turn, 12 units: 14 runs, each of the other 50 points in two is wrong.
    assert counting(6) == {"wrong": 25 / 64, "bound": (64 - 8 * 12) / 192}


def test_the_exact_network_is_a_corner_of_a_wider_one():
    peaks = np.array([0.4, 0.55, 0.5])
    network = HeStart([1, 7, 7, 7, 1])
    x = np.linspace(0, 1, 200)
    y = composed_tents(peaks, x)
    assert share_left(network, exact_within(network, peaks), x, y) < 1e-24
    nothing = {n: torch.zeros(1, *shape) for n, shape in network.shapes().items()}
    assert share_left(network, nothing, x, y) == pytest.approx((y**2).mean() / y.var())


@given(st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_pieces_of_a_random_network_are_those_between_its_knots(seed):
    network = HeStart([1, 5, 4, 1])
    parameters = {n: p.double() for n, p in network.initialise([seed]).items()}
    ends, slopes = knots(network, parameters, -1.0, 1.0)
    assert ends[0] == -1
    assert ends[-1] == 1
    assert len(ends) == len(slopes) + 1
    # An independent integral: from the first value along the slopes of all pieces.
    walked = np.cumsum(np.concatenate([[0.0], slopes * np.diff(ends)]))
    values = outputs(network, parameters, ends)
    assert values - values[0] == pytest.approx(walked, abs=1e-6)
    # On each piece the network is a line.
    middle = outputs(network, parameters, (ends[1:] + ends[:-1]) / 2)
    assert middle == pytest.approx((values[1:] + values[:-1]) / 2, abs=1e-6)


def test_the_gradient_of_the_cubic_network_is_that_of_differences():
    network = Cubic([1, 3, 1])
    parameters = {n: p.double() for n, p in network.initialise([1]).items()}
    x = torch.linspace(-1, 1, 7, dtype=torch.float64)[None, :, None]

    def loss(outputs, targets):
        return (outputs - targets).square().flatten(1).mean(1)

    _, gradients = network.losses_and_gradients(parameters, x, x**2, loss)
    for name, gradient in gradients.items():
        step = torch.zeros_like(gradient)
        step.view(-1)[0] = 1e-6
        up, down = (
            loss(network.logits({**parameters, name: parameters[name] + s}, x), x**2)
            for s in (step, -step)
        )
        assert gradient.view(-1)[0].item() == pytest.approx(((up - down) / 2e-6).item(), abs=1e-7)
