import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch
from curvature_example import NETWORKS, SEEDS, example, whole_hessians
from scipy.optimize import minimize

from workflow_scripts.learning.curvature.ascent import worst_increase
from workflow_scripts.learning.curvature.lanczos import top_eigenvalues
from workflow_scripts.learning.curvature.rescaling import rescaled
from workflow_scripts.learning.curvature.sharpness import (
    adaptive_sharpness,
    box_sharpness,
    noise_increase,
    sam_sharpness,
)
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.networks.network import Network


class Quadratic(Network):
    """Not a network: logits [M, B, 1] whose mean is ½ wᵀ A w + bᵀ w, to have closed forms."""

    def __init__(self, matrix, slope):
        self.matrix, self.slope = matrix, slope

    @property
    def input_shape(self):
        return (1,)

    def shapes(self):
        return {"w": (len(self.slope),)}

    def initial(self, name, shape, generator):
        return torch.zeros(shape)

    def prunable(self):
        return []

    def logits(self, parameters, inputs):
        w = parameters["w"]
        value = 0.5 * torch.einsum("mi,ij,mj->m", w, self.matrix, w) + w @ self.slope
        return value[:, None, None].expand(len(w), inputs.shape[-2], 1)


def quadratic(eigenvalues, slope, w):
    """An objective with that function at one place w, its Hessian not diagonal."""
    size = len(slope)
    generator = torch.Generator().manual_seed(2)
    basis = torch.linalg.qr(torch.randn(size, size, dtype=torch.float64, generator=generator)).Q
    matrix = basis @ torch.diag(torch.tensor(eigenvalues).double()) @ basis.T
    network = Quadratic(matrix, torch.tensor(slope).double())
    objective, _ = example()
    inputs, labels = torch.zeros(2, 1).double(), torch.zeros(2, dtype=torch.int64)
    objective = replace(
        objective,
        network=network,
        examples=Split(inputs, ClassNumbers(labels)),
        loss=lambda logits, targets: logits.mean((1, 2)),
    )
    return objective, {"w": torch.tensor([w]).double()}


def test_the_worst_place_in_a_ball_around_a_minimum_is_half_the_eigenvalue():
    objective, at = quadratic([4.0, 2.0, 1.0], [1e-6, 2e-6, 1e-6], [0.0, 0.0, 0.0])
    for radius in (0.1, 2.0):
        found = sam_sharpness(objective, at, radius, steps=60)
        torch.testing.assert_close(
            found[0], torch.tensor(2.0 * radius**2).double(), rtol=1e-4, atol=0
        )


def test_on_a_slope_the_worst_places_are_known():
    """A linear loss: ρ ‖g‖ in a ball, ρ Σ s |g| in a box, ρ ‖s g‖ in a scaled ball; in one step."""
    objective, at = quadratic([0.0, 0.0, 0.0], [3.0, -4.0, 0.0], [1.0, -2.0, 5.0])
    start = objective.losses(at)
    assert sam_sharpness(objective, at, 0.5).item() == pytest.approx(2.5)
    assert adaptive_sharpness(objective, at, 0.5).item() == pytest.approx(0.5 * 73**0.5)
    expected = 100 * 0.01 * (3 * 2 + 4 * 3) / (1 + start.item())
    assert box_sharpness(objective, at, 0.01).item() == pytest.approx(expected)


@pytest.mark.parametrize("name", NETWORKS)
def test_more_steps_never_find_less_and_nothing_is_negative(name):
    objective, parameters = example(name)
    for norm in ("two", "box"):
        found = [
            worst_increase(objective, parameters, 0.05, norm, steps=steps)[1]
            for steps in (1, 2, 5, 20)
        ]
        for fewer, more in itertools.pairwise(found):
            assert (more >= fewer).all()
        assert (found[0] >= 0).all()
        assert (found[-1] > 0).all()


def trained(name="mlp"):
    """Three networks near a minimum, where sharpness is asked for; "one layer" has no kinks."""
    objective, parameters = example(name, dtype=torch.float32)
    recipe = Training(
        optimiser={"kind": "adam"},
        learning_rate=0.03,
        batch_size=40,
        steps=600,
        schedule={"kind": "cosine"},
    )
    start = Ensemble(objective.network, parameters, objective.examples, SEEDS)
    weights = {n: p.double() for n, p in train(start, recipe).items()}
    shown = objective.examples
    precise = Split(shown.inputs.double(), shown.targets)
    return replace(objective, examples=precise), weights


def test_the_box_is_searched_as_well_as_by_the_published_method():
    """Keskar et al.: L-BFGS-B within the box, ten iterations."""
    objective, parameters = trained()
    epsilon = 5e-3
    ours = box_sharpness(objective, parameters, epsilon)
    for member in range(len(SEEDS)):
        alone = {n: p[member : member + 1] for n, p in parameters.items()}
        weights = objective.weights(alone)
        widths = (epsilon * (weights.abs() + 1))[0].numpy()

        def negative(z, weights=weights, alone=alone):
            there = objective.at(weights + torch.from_numpy(z), alone)
            loss, gradient = objective.gradients(there)
            return -loss.item(), -gradient[0].numpy()

        bounds = list(zip(-widths, widths, strict=True))
        result = minimize(
            negative,
            np.zeros(len(widths)),
            jac=True,
            bounds=bounds,
            method="L-BFGS-B",
            options={"maxiter": 10},
        )
        before = objective.losses(alone).item()
        theirs = 100 * (-result.fun - before) / (1 + before)
        assert ours[member].item() >= 0.97 * theirs
        assert theirs > 0


def test_small_balls_show_the_slope_and_the_largest_eigenvalue():
    """At the minimum, to second order: between ½ρ²λ and that plus ρ‖g‖."""
    objective, parameters = trained("one layer")
    radius = 1e-3
    top = top_eigenvalues(objective.hessian(parameters), SEEDS, 1e-8).values
    slope = torch.linalg.vector_norm(objective.gradients(parameters)[1], dim=1)
    found = sam_sharpness(objective, parameters, radius, steps=50)
    assert (found <= 1.001 * (radius * slope + radius**2 * top / 2)).all()
    assert (found >= 0.999 * radius * slope).all()


def test_rescaled_layers_are_the_same_function_with_another_curvature():
    objective, parameters = trained()
    for factor in (1 / 300, 0.1, 10.0):
        other = rescaled(objective.network, parameters, factor)
        logits = [
            objective.network.logits(p, objective.examples.inputs) for p in (parameters, other)
        ]
        torch.testing.assert_close(logits[0], logits[1], rtol=1e-10, atol=1e-10)
        for measure in (
            adaptive_sharpness(objective, other) / adaptive_sharpness(objective, parameters),
            noise_increase(objective, other, 0.1, SEEDS)
            / noise_increase(objective, parameters, 0.1, SEEDS),
        ):
            torch.testing.assert_close(measure, torch.ones_like(measure), rtol=1e-6, atol=0)
    raw = [
        top_eigenvalues(objective.hessian(p), SEEDS).values
        for p in (parameters, rescaled(objective.network, parameters, 1e-3))
    ]
    assert (raw[1] / raw[0] > 1e4).all()
    assert (
        sam_sharpness(objective, rescaled(objective.network, parameters, 0.1))
        > sam_sharpness(objective, parameters)
    ).all()


@pytest.mark.parametrize(("factor", "layer"), [(0.0, 0), (-1.0, 0), (2.0, 2), (2.0, -1)])
def test_what_cannot_be_rescaled(factor, layer):
    _, parameters = example()
    with pytest.raises(ValueError, match=r"factors|layer"):
        rescaled(Mlp([6, 5, 4, 3]), parameters, factor, layer)


def test_noise_costs_half_the_weighted_trace_to_second_order():
    objective, parameters = trained("one layer")
    weights, members = objective.weights(parameters), len(SEEDS)
    hessian = objective.hessian(parameters)
    diagonal = torch.zeros_like(weights)
    for number, unit in enumerate(torch.eye(weights.shape[1], dtype=weights.dtype)):
        diagonal[:, number] = (hessian @ unit.repeat(members, 1))[:, number]
    expected = 0.5 * 0.01**2 * (diagonal * weights**2).sum(1)
    found = noise_increase(objective, parameters, 0.01, SEEDS, draws=2000)
    torch.testing.assert_close(found, expected, rtol=0.1, atol=0)


def test_whole_hessians_are_symmetric():
    whole = whole_hessians()
    torch.testing.assert_close(whole, whole.transpose(1, 2))
