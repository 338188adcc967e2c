import numpy as np
import pytest
import torch
import torch.nn.functional as F

from workflow_scripts.learning.data.examples import Examples
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.ensemble.evaluate import evaluate
from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.networks.residual import Residual
from workflow_scripts.studies.lottery.instability import line

torch.set_num_threads(1)
GENERATOR = torch.Generator().manual_seed(0)
SEEDS, POINTS = 3, 5


def data(shape):
    inputs = torch.randn(60, *shape, generator=GENERATOR)
    split = Split(inputs, ClassNumbers(torch.randint(0, 4, (60,), generator=GENERATOR)))
    return Examples(split, split.first(0), split, 4)


def copies(net, scale=1.0):
    """Two copies of each seed, side by side, that are not alike."""
    parameters = net.initialise(list(range(2 * SEEDS)))
    return {
        name: tensor + scale * torch.randn(tensor.shape, generator=GENERATOR)
        for name, tensor in parameters.items()
    }


def wide(table, value):
    return table.pivot(index="alpha", columns="member", values=value)


@pytest.mark.parametrize(
    "net", [Mlp([6, 5, 4]), Residual((1, 12), [3, 4], 1, 4)], ids=["mlp", "residual"]
)
def test_the_ends_of_the_line_are_the_two_copies(net):
    examples, both = data(net.input_shape), copies(net, 0.1)
    table = line(net, both, examples, POINTS)
    calibrated = net.calibrated(both, examples.calibration)
    measured = evaluate(net, calibrated, examples.test)
    loss, accuracy = measured["loss"], measured["accuracy"]
    for alpha, copy in ((0.0, 0), (1.0, 1)):
        at = slice(copy, None, 2)
        np.testing.assert_allclose(wide(table, "loss").loc[alpha], loss[at], rtol=1e-6)
        np.testing.assert_allclose(
            wide(table, "error").loc[alpha], 100 * (1 - accuracy[at]), atol=1e-9
        )


def test_a_linear_network_has_on_the_line_the_logits_between_those_of_its_ends():
    net = Mlp([6, 4])
    examples, both = data((6,)), copies(net)
    table = line(net, both, examples, POINTS)
    logits = torch.stack(
        [
            examples.test.inputs.double() @ both["weight0"][copy].double()
            + both["bias0"][copy].double()
            for copy in range(2 * SEEDS)
        ]
    )
    losses = wide(table, "loss")
    errors = wide(table, "error")
    assert losses.index.tolist() == pytest.approx([0, 0.25, 0.5, 0.75, 1])
    for alpha in losses.index:
        for member in range(SEEDS):
            between = (1 - alpha) * logits[2 * member] + alpha * logits[2 * member + 1]
            expected = float(F.cross_entropy(between, examples.test.targets.values))
            assert losses.loc[alpha, member] == pytest.approx(expected, rel=1e-5)
            wrong = (between.argmax(1) != examples.test.targets.values).double().mean()
            assert errors.loc[alpha, member] == pytest.approx(100 * float(wrong), abs=1e-9)
    # The loss of a linear network is convex: no place on the line is above the chord.
    chord = np.outer(1 - losses.index, losses.loc[0.0]) + np.outer(losses.index, losses.loc[1.0])
    assert (losses.to_numpy() <= chord + 1e-6).all()


def test_copies_that_are_the_same_have_a_flat_line():
    net = Mlp([6, 5, 4])
    both = {n: t.repeat_interleave(2, 0) for n, t in net.initialise([1, 2, 3]).items()}
    table = line(net, both, data((6,)), POINTS)
    for value in ("loss", "error"):
        assert (wide(table, value).nunique() == 1).all()


def test_statistics_of_normalisation_are_those_of_each_place_on_the_line():
    net = Residual((1, 12), [3], 1, 4)
    examples, both = data(net.input_shape), copies(net, 0.3)
    table = line(net, both, examples, 3)
    middle = {name: (tensor[0::2] + tensor[1::2]) / 2 for name, tensor in both.items()}
    calibrated = net.calibrated(middle, examples.calibration)
    loss = evaluate(net, calibrated, examples.test)["loss"]
    np.testing.assert_allclose(wide(table, "loss").loc[0.5], loss, rtol=1e-5)
