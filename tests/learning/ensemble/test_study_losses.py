"""A loss that a study brings, with a weight for each example, on every kind of network."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from workflow_scripts.learning.curvature.objective import Objective
from workflow_scripts.learning.curvature.products import AutogradHessian
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import SoftTargets
from workflow_scripts.learning.networks.convolutional import Convolutional
from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.networks.network import Network, Parameters
from workflow_scripts.learning.networks.pair_mlp import PairMlp
from workflow_scripts.learning.networks.pair_transformer import PairTransformer
from workflow_scripts.learning.networks.residual import Residual

torch.set_num_threads(1)
CLASSES, N, SEEDS = 5, 14, [3, 4, 5]
NETWORKS = {
    "mlp": Mlp([6, 7, CLASSES]),
    "one layer": Mlp([6, CLASSES]),
    "pair-mlp": PairMlp(CLASSES, 4, 6),
    "pair-transformer": PairTransformer(CLASSES, 4, 2, 6),
    "convolutional": Convolutional((1, 4, 4), [2, 2], CLASSES),
    "residual": Residual((1, 8), [2, 3], 1, CLASSES),
}
GAMMA = 2.0


def focal(logits: Tensor, targets: Tensor) -> Tensor:
    """Lin et al. 2017, equation 4, as a study would write it beside its steps: `[M]`."""
    log_probabilities = logits.log_softmax(-1)
    hard = (1 - log_probabilities.exp()) ** GAMMA
    return -(targets * hard * log_probabilities).sum(-1).mean(-1)


def example(name: str) -> tuple[Network, Parameters, Tensor, Tensor, Tensor]:
    network, generator = NETWORKS[name], torch.Generator().manual_seed(0)
    if name.startswith("pair"):
        inputs = torch.randint(0, CLASSES, (N, 2), generator=generator)
    else:
        inputs = torch.randn(N, *network.input_shape, generator=generator, dtype=torch.float64)
    labels = torch.randint(0, CLASSES, (N,), generator=generator)
    weights = torch.rand(N, generator=generator, dtype=torch.float64)
    start = {name: tensor.double() for name, tensor in network.initialise(SEEDS).items()}
    return network, start, inputs, labels, weights


@pytest.mark.parametrize("name", NETWORKS)
def test_its_gradients_are_those_of_the_formula_one_member_and_example_at_a_time(name):
    network, parameters, inputs, labels, weights = example(name)
    shown = Split(inputs, SoftTargets.weighted(labels, CLASSES, weights))
    batch = shown.batch(torch.arange(N).expand(len(SEEDS), -1))
    losses, gradients = network.losses_and_gradients(parameters, *batch, focal)
    for member in range(len(SEEDS)):
        own = {
            n: p[member : member + 1].clone().requires_grad_(True) for n, p in parameters.items()
        }
        probabilities = network.logits(own, inputs)[0].softmax(1)
        right = probabilities[torch.arange(N), labels]
        expected = (weights * -((1 - right) ** GAMMA) * right.log()).mean()
        torch.testing.assert_close(losses[member], expected.detach())
        for each, gradient in zip(
            own, torch.autograd.grad(expected, list(own.values())), strict=True
        ):
            torch.testing.assert_close(gradients[each][member], gradient[0])


@pytest.mark.parametrize("name", ["mlp", "residual"])
def test_its_curvature_is_that_of_autograd(name):
    network, parameters, inputs, labels, weights = example(name)
    shown = Split(inputs, SoftTargets.weighted(labels, CLASSES, weights))
    parameters = network.calibrated(parameters, inputs)
    objective = Objective(network, shown, focal)
    batch = shown.batch(torch.arange(N).expand(len(SEEDS), -1))
    generator = torch.Generator().manual_seed(1)
    rows = objective.weights(parameters)
    vectors = torch.randn(rows.shape, generator=generator, dtype=torch.float64)
    expected = AutogradHessian(network, parameters, *batch, focal) @ vectors
    torch.testing.assert_close(objective.hessian(parameters) @ vectors, expected)


def test_without_focus_and_weights_it_is_the_cross_entropy():
    network, parameters, inputs, labels, _ = example("mlp")
    logits = network.logits(parameters, inputs)
    targets = SoftTargets.weighted(labels, CLASSES, torch.ones(N, dtype=torch.float64))
    found = targets.measures(logits, targets.part(0, N, len(SEEDS)))["loss"].mean(1)
    for member in range(len(SEEDS)):
        torch.testing.assert_close(found[member], F.cross_entropy(logits[member], labels))
