"""The same networks as torch modules, their curvature by an independent library."""

import pytest
import torch
from curvature_example import SEEDS, example
from curvlinops import HessianLinearOperator, hutchpp_trace
from scipy.sparse.linalg import eigsh

from workflow_scripts.learning.curvature.lanczos import top_eigenvalues
from workflow_scripts.learning.curvature.trace import trace


def operators(objective, parameters):
    """curvlinops' Hessian of each member."""
    network = objective.network
    for member in range(len(SEEDS)):
        layers = []
        for layer in range(network.layers):
            weight, bias = parameters[f"weight{layer}"][member], parameters[f"bias{layer}"][member]
            linear = torch.nn.Linear(*weight.shape, dtype=weight.dtype)
            linear.weight.data, linear.bias.data = weight.T.clone(), bias.clone()
            layers += [linear, torch.nn.ReLU()]
        model = torch.nn.Sequential(*layers[:-1])
        yield HessianLinearOperator(
            model,
            torch.nn.CrossEntropyLoss(),
            list(model.parameters()),
            [(objective.examples.inputs, objective.examples.targets.values)],
        )


@pytest.mark.parametrize(
    ("dtype", "close"), [(torch.float64, 1e-8), (torch.float32, 1e-3)], ids=["double", "single"]
)
def test_largest_eigenvalues_agree(dtype, close):
    objective, parameters = example(dtype=dtype)
    ours = top_eigenvalues(objective.hessian(parameters), SEEDS, tolerance=close / 10).values
    theirs = [
        eigsh(each.to_scipy(), k=1, which="LA", tol=close / 10, return_eigenvectors=False)[0]
        for each in operators(objective, parameters)
    ]
    assert ours.tolist() == pytest.approx(theirs, rel=close)


def test_traces_agree():
    objective, parameters = example()
    size = objective.weights(parameters).shape[1]
    ours = trace(objective.hessian(parameters), SEEDS, 3 * size).values
    for value, operator in zip(ours, operators(objective, parameters), strict=True):
        exact = (operator @ torch.eye(size, dtype=torch.float64)).trace()
        assert value.item() == pytest.approx(exact.item(), rel=1e-8)
        torch.manual_seed(0)
        estimate = hutchpp_trace(operator, num_matvecs=3 * (size // 3)).item()
        assert value.item() == pytest.approx(estimate, rel=0.1)
