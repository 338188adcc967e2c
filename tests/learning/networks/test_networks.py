import math

import pytest
import torch
import torch.nn.functional as F

from workflow_scripts.learning.ensemble.losses import cross_entropy
from workflow_scripts.learning.networks.convolutional import Convolutional
from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.networks.network import Network, member_slice
from workflow_scripts.learning.networks.residual import Residual

NETWORKS = {
    "mlp": Mlp([12, 7, 5, 3]),
    "convolutional": Convolutional((2, 8, 8), [3, 4], 3),
    "residual 1-d": Residual((2, 12), [3, 4], 2, 3),
    "residual 2-d": Residual((2, 8, 8), [3, 4], 1, 3),
    "residual, equal widths": Residual((2, 8, 8), [4, 4], 2, 3),
}
MEMBERS, BATCH = 3, 6


@pytest.fixture(params=NETWORKS.values(), ids=NETWORKS.keys())
def case(request):
    """A network with float64 parameters and inputs of its own for each member."""
    net = request.param
    parameters = {n: p.double() for n, p in net.initialise([1, 2, 3]).items()}
    generator = torch.Generator().manual_seed(0)
    shape = (MEMBERS, BATCH, *net.input_shape)
    inputs = torch.randn(shape, generator=generator, dtype=torch.float64)
    targets = torch.randint(0, 3, (MEMBERS, BATCH), generator=generator)
    return net, parameters, inputs, targets


def plain_mlp(net, parameters, inputs):
    hidden = inputs
    for layer in range(net.layers):
        hidden = F.linear(hidden, parameters[f"weight{layer}"].T, parameters[f"bias{layer}"])
        hidden = hidden.relu() if layer < net.layers - 1 else hidden
    return hidden


def plain_convolutional(net, parameters, inputs):
    hidden = inputs
    for layer in range(len(net.channels) - 1):
        hidden = F.conv2d(
            hidden, parameters[f"weight{layer}"], parameters[f"bias{layer}"], padding=1
        )
        hidden = F.max_pool2d(hidden.relu(), 2)
    return F.linear(hidden.flatten(1), parameters["weight_output"].T, parameters["bias_output"])


def plain_residual(net, parameters, inputs):
    convolution = F.conv1d if inputs.dim() == 3 else F.conv2d

    def unit(name, hidden, stride=1):
        weight = parameters[f"{name}.weight"]
        hidden = convolution(hidden, weight, stride=stride, padding=weight.shape[2] // 2)
        scale, shift = parameters[f"{name}.scale"], parameters[f"{name}.shift"]
        return F.batch_norm(hidden, None, None, scale, shift, training=True)

    hidden = unit("stem", inputs).relu()
    for stage in range(len(net.channels)):
        for block in range(net.blocks):
            name = f"stage{stage}.block{block}"
            stride = 2 if stage and not block else 1
            inner = unit(f"{name}.second", unit(f"{name}.first", hidden, stride).relu())
            if f"{name}.shortcut.weight" in parameters:
                hidden = unit(f"{name}.shortcut", hidden, stride)
            hidden = (inner + hidden).relu()
    return F.linear(
        hidden.flatten(2).mean(2), parameters["output.weight"].T, parameters["output.bias"]
    )


PLAIN = {Mlp: plain_mlp, Convolutional: plain_convolutional, Residual: plain_residual}


def test_each_member_is_the_plain_network_of_its_parameters(case):
    net, parameters, inputs, _ = case
    logits = net.logits(parameters, inputs)
    for member in range(MEMBERS):
        own = {name: tensor[member] for name, tensor in parameters.items()}
        expected = PLAIN[type(net)](net, own, inputs[member])
        torch.testing.assert_close(logits[member], expected, rtol=1e-12, atol=1e-12)


def test_shared_inputs_are_the_same_as_copies_for_each_member(case):
    net, parameters, inputs, _ = case
    shared = net.logits(parameters, inputs[0])
    copies = net.logits(parameters, inputs[:1].expand(MEMBERS, *inputs.shape[1:]))
    torch.testing.assert_close(shared, copies, rtol=0, atol=0)


def test_gradients_are_those_of_finite_differences(case):
    net, parameters, inputs, targets = case
    losses, gradients = net.losses_and_gradients(parameters, inputs, targets, cross_entropy)
    generator = torch.Generator().manual_seed(1)
    direction = {
        n: torch.randn(p.shape, generator=generator, dtype=p.dtype) for n, p in parameters.items()
    }
    step = 1e-6
    ends = [
        cross_entropy(
            net.logits({n: p + sign * step * direction[n] for n, p in parameters.items()}, inputs),
            targets,
        )
        for sign in (1, -1)
    ]
    expected = (ends[0] - ends[1]) / (2 * step)
    slope = sum((gradients[n] * direction[n]).flatten(1).sum(1) for n in parameters)
    torch.testing.assert_close(slope, expected, rtol=1e-6, atol=1e-8)
    torch.testing.assert_close(losses, cross_entropy(net.logits(parameters, inputs), targets))


def test_the_written_out_backward_pass_of_the_mlp_is_autograds():
    net = NETWORKS["mlp"]
    parameters = {n: p.double() for n, p in net.initialise([4, 5]).items()}
    inputs = torch.randn(2, 9, 12, dtype=torch.float64)
    targets = torch.randint(0, 3, (2, 9))
    _, ours = net.losses_and_gradients(parameters, inputs, targets, cross_entropy)
    _, autograds = Network.losses_and_gradients(net, parameters, inputs, targets, cross_entropy)
    for name in parameters:
        torch.testing.assert_close(ours[name], autograds[name], rtol=1e-13, atol=1e-15)


def test_a_members_initial_weights_do_not_depend_on_the_others(case):
    net, *_ = case
    together = net.initialise([10, 11, 12])
    alone = net.initialise([11])
    for name in alone:
        assert torch.equal(member_slice(together, 1, 2)[name], alone[name])
    assert list(together) == list(net.shapes())


def test_initial_weights_have_the_variance_of_their_scheme():
    weights = Mlp([400, 300, 10]).initialise([0])["weight0"]
    assert float(weights.std()) == pytest.approx(math.sqrt(2 / 700), rel=0.01)
    kernel = Residual((64, 8), [64], 1, 10).initialise([0])["stage0.block0.first.weight"]
    assert float(kernel.std()) == pytest.approx(math.sqrt(2 / (64 * 3)), rel=0.02)


def test_calibrated_statistics_make_an_example_independent_of_its_batch():
    net = NETWORKS["residual 1-d"]
    parameters = {n: p.double() for n, p in net.initialise([1, 2]).items()}
    inputs = torch.randn(50, 2, 12, dtype=torch.float64)
    calibrated = net.calibrated(parameters, inputs)
    whole = net.logits(calibrated, inputs)
    torch.testing.assert_close(net.logits(calibrated, inputs[:1]), whole[:, :1])
    torch.testing.assert_close(whole, net.logits(parameters, inputs))
    assert not torch.allclose(net.logits(parameters, inputs[:2]), whole[:, :2])


def test_only_weights_are_prunable(case):
    net, *_ = case
    assert net.prunable()
    assert all("weight" in name for name in net.prunable())
    assert set(net.prunable()) < set(net.shapes())


def test_too_many_poolings_are_refused():
    with pytest.raises(ValueError, match="leave nothing of 4 x 4"):
        Convolutional((1, 4, 4), [2, 2, 2], 10)
