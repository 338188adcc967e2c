import pytest
import torch
from curvature_example import NETWORKS, SEEDS, example, whole_hessians
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow_scripts.learning.curvature.objective import Objective
from workflow_scripts.learning.curvature.pearlmutter import MlpHessian
from workflow_scripts.learning.curvature.products import AutogradHessian
from workflow_scripts.learning.curvature.vectors import (
    dots,
    flat,
    normal_rows,
    norms,
    sign_rows,
    unflat,
)
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.networks.network import member_slice


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("own", [False, True], ids=["shared", "own"])
def test_products_are_those_of_the_whole_hessian(name, own):
    objective, parameters = example(name, own=own and name != "residual")
    whole = whole_hessians(name, own=own and name != "residual")
    vectors = normal_rows(SEEDS, objective.weights(parameters), "test")
    expected = torch.einsum("mij,mj->mi", whole, vectors)
    product = objective.hessian(parameters) @ vectors
    torch.testing.assert_close(product, expected, rtol=1e-9, atol=1e-11)


def test_a_network_that_is_a_perceptron_takes_the_written_out_products():
    objective, parameters = example("mlp")
    assert isinstance(objective.hessian(parameters), MlpHessian)
    assert isinstance(example("residual")[0].hessian(example("residual")[1]), AutogradHessian)


@settings(max_examples=20, deadline=None)
@given(
    widths=st.lists(st.integers(1, 12), min_size=0, max_size=3),
    members=st.integers(1, 4),
    examples=st.integers(1, 30),
)
def test_written_out_and_differentiated_products_agree(widths, members, examples):
    net = Mlp([5, *widths, 3])
    seeds = list(range(members))
    parameters = {n: p.double() for n, p in net.initialise(seeds).items()}
    inputs = torch.randn(examples, 5, dtype=torch.float64)
    labels = torch.arange(examples) % 3
    objective = Objective(net, Split(inputs, ClassNumbers(labels)))
    written = objective.hessian(parameters)
    targets = labels.expand(members, -1)
    shared = inputs.expand(members, *inputs.shape)
    differentiated = AutogradHessian(net, parameters, shared, targets, objective.loss)
    for number in range(2):  # the kept graph serves every vector
        vectors = normal_rows(seeds, written.like, "test", number)
        torch.testing.assert_close(written @ vectors, differentiated @ vectors)


def test_the_bits_of_a_product_do_not_depend_on_the_ensemble():
    objective, parameters = example("mlp", dtype=torch.float32)
    vectors = normal_rows(SEEDS, objective.weights(parameters), "test")
    together = objective.hessian(parameters) @ vectors
    for member in range(len(SEEDS)):
        alone = objective.hessian(member_slice(parameters, member, member + 1))
        assert torch.equal(alone @ vectors[member : member + 1], together[member : member + 1])


@pytest.mark.parametrize("name", NETWORKS)
def test_gradients_are_differences_of_losses(name):
    objective, parameters = example(name)
    losses, gradients = objective.gradients(parameters)
    torch.testing.assert_close(losses, objective.losses(parameters))
    weights = objective.weights(parameters)
    along = normal_rows(SEEDS, weights, "test")
    step = 1e-6
    ahead, behind = (
        objective.losses(objective.at(weights + sign * step * along, parameters))
        for sign in (1, -1)
    )
    torch.testing.assert_close(
        dots(gradients, along), (ahead - behind) / (2 * step), rtol=1e-5, atol=1e-7
    )


def test_rows_and_parameters_are_inverse():
    objective, parameters = example("convolutional")
    shapes = objective.network.shapes()
    rows = flat(parameters)
    assert rows.shape == (3, sum(p[0].numel() for p in parameters.values()))
    back = unflat(rows, shapes)
    assert all(torch.equal(back[name], parameters[name]) for name in parameters)


def test_random_rows_are_each_members_own():
    like = torch.zeros(3, 20)
    for draw in (normal_rows, sign_rows):
        rows = draw([1, 2, 1], like, "test")
        assert torch.equal(rows[0], rows[2])
        assert not torch.equal(rows[0], rows[1])
        assert torch.equal(draw([2], like[:1], "test"), rows[1:2])
        assert not torch.equal(draw([2], like[:1], "test", 1), rows[1:2])
    assert set(sign_rows([1], torch.zeros(1, 99), "test").unique().tolist()) == {-1.0, 1.0}
    assert norms(torch.tensor([[3.0, 4.0]])).tolist() == [5.0]


@pytest.mark.parametrize("name", NETWORKS)
def test_some_members_alone(name):
    objective, parameters = example(name)
    hessian = objective.hessian(parameters)
    vectors = normal_rows(SEEDS, hessian.like, "test")
    expected = hessian @ vectors
    some = hessian.of([0, 2])
    assert torch.equal(some @ vectors[[0, 2]], expected[[0, 2]])
    assert torch.equal(some.of([1]) @ vectors[[2]], expected[[2]])
    assert torch.equal(some.like, hessian.like[[0, 2]])
    assert torch.equal(hessian @ vectors, expected)
