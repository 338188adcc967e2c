"""A step computes on one device: every network, treatment and loss, on tensors without numbers."""

import pytest
import torch

from tests.learning.networks.one_device import MixedDevices, OneDevice
from workflow_scripts.core.kinds import kinds_of
from workflow_scripts.learning.curvature.objective import Objective
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.ensemble.loss_settings import LossKind
from workflow_scripts.learning.ensemble.losses import cross_entropy
from workflow_scripts.learning.ensemble.settings import GradientKind
from workflow_scripts.learning.ensemble.trainer import Ensemble
from workflow_scripts.learning.networks.pair_settings import PairArchitecture, pair_network
from workflow_scripts.learning.networks.sequence_settings import (
    SequenceArchitecture,
    sequence_network,
)
from workflow_scripts.learning.networks.sequence_shape import SequenceShape
from workflow_scripts.learning.networks.settings import Architecture, network
from workflow_scripts.learning.paths.band import ElasticBand
from workflow_scripts.learning.paths.curve import Bezier
from workflow_scripts.learning.paths.curve_network import CurveNetwork

MEMBERS, BATCH, CLASSES, SYMBOLS = 3, 6, 10, 7
PLAIN = {
    "mlp": {"sizes": [8, 5, CLASSES]},
    "convolutional": {"input": [1, 16, 16], "channels": [4, 4], "classes": CLASSES},
    "residual": {"input": [3, 8, 8], "channels": [4, 8], "blocks": 1, "classes": CLASSES},
}
PAIRS = {
    "pair-mlp": {"embedding": 4, "hidden": 6},
    "pair-one-hot": {"hidden": [6, 6]},
    "pair-transformer": {"embedding": 8, "heads": 2, "hidden": 6},
}
SEQUENCES = {
    "rnn": {"hidden": 4},
    "lstm": {"hidden": 4, "longest": 9},
    "gru": {"hidden": 4, "window": 5},
    "attention": {"width": 4},
}
SHAPE = SequenceShape(12, SYMBOLS, CLASSES)
MLP = network({"kind": "mlp", **PLAIN["mlp"]})
TREATED = {
    "orthogonal": {},
    "sharpness-aware": {"radius": 0.05},
    "clipped": {"norm": 1.0},
}


def test_every_kind_is_here():
    assert set(kinds_of(Architecture)) == set(PLAIN)
    assert set(kinds_of(PairArchitecture)) == set(PAIRS)
    assert set(kinds_of(SequenceArchitecture)) == set(SEQUENCES)
    assert set(kinds_of(GradientKind)) == set(TREATED)


def every_network():
    """Each network and whether it reads numbers of symbols."""
    for kind, settings in PLAIN.items():
        yield pytest.param(network({"kind": kind, **settings}), False, id=kind)
    for kind, settings in PAIRS.items():
        yield pytest.param(pair_network({"kind": kind, **settings}, SYMBOLS), True, id=kind)
    for kind, settings in SEQUENCES.items():
        yield pytest.param(sequence_network({"kind": kind, **settings}, SHAPE), True, id=kind)
    ends = [weights(MLP) for _ in range(2)]
    curve = CurveNetwork(MLP, Bezier(1), *ends)
    curve.positions = curve.positions.to("meta")
    yield pytest.param(curve, False, id="curve")
    heights = torch.zeros(MEMBERS, 2, device="meta")
    yield pytest.param(ElasticBand(MLP, 3, 0.1, *ends, heights), False, id="band")


def weights(built):
    """Parameters of an ensemble, elsewhere."""
    return {
        name: torch.empty(MEMBERS, *shape, device="meta") for name, shape in built.shapes().items()
    }


def batch(built, tokens, classes):
    """Inputs and class numbers, elsewhere."""
    kind = torch.int64 if tokens else torch.float32
    shape = (MEMBERS, BATCH)
    inputs = torch.empty(*shape, *built.input_shape, dtype=kind, device="meta")
    return inputs, torch.empty(*shape, dtype=torch.int64, device="meta")


@pytest.mark.parametrize(("built", "tokens"), list(every_network()))
def test_a_step_stays_on_the_device_and_waits_for_nothing(built, tokens):
    given, (inputs, targets) = weights(built), batch(built, tokens, CLASSES)
    with OneDevice() as watched:
        losses, gradients = built.losses_and_gradients(given, inputs, targets, cross_entropy)
    assert losses.device.type == "meta"
    assert {each.device.type for each in gradients.values()} == {"meta"}
    assert {name: each.shape for name, each in gradients.items()} == {
        name: each.shape for name, each in given.items()
    }
    assert watched.to_host == []


@pytest.mark.parametrize(("built", "tokens"), list(every_network()))
def test_an_evaluation_stays_on_the_device(built, tokens):
    given, (inputs, _) = weights(built), batch(built, tokens, CLASSES)
    with torch.no_grad(), OneDevice() as watched:
        calibrated = given if tokens else built.calibrated(given, inputs)
        assert built.logits(calibrated, inputs).device.type == "meta"
    assert watched.to_host == []


@pytest.mark.parametrize("kind", TREATED)
def test_a_treatment_stays_on_the_device(kind):
    settings = kinds_of(GradientKind)[kind](kind=kind, **TREATED[kind])
    inputs, targets = batch(MLP, False, CLASSES)
    examples = Split(inputs[0], ClassNumbers(targets[0]))
    treatment = settings.build(Ensemble(MLP, weights(MLP), examples, range(MEMBERS)))
    with torch.no_grad(), OneDevice() as watched:
        found = treatment.treated(weights(MLP), weights(MLP), inputs, targets, 0)
    assert {each.device.type for each in found.values()} == {"meta"}
    assert watched.to_host == []


@pytest.mark.parametrize("kind", kinds_of(LossKind))
def test_a_loss_stays_on_the_device(kind):
    settings = {"of": {"kind": "cross-entropy"}} if kind == "float64" else {}
    loss = kinds_of(LossKind)[kind].model_validate({"kind": kind, **settings}).build()
    logits = torch.empty(MEMBERS, BATCH, CLASSES, device="meta")
    _, targets = batch(MLP, False, CLASSES)
    with OneDevice() as watched:
        assert loss(logits, targets).device.type == "meta"
    assert watched.to_host == []


@pytest.mark.parametrize("kind", ["mlp", "residual"])
def test_a_product_with_the_hessian_stays_on_the_device(kind):
    built = network({"kind": kind, **PLAIN[kind]})
    inputs, targets = batch(built, False, CLASSES)
    objective = Objective(built, Split(inputs[0], ClassNumbers(targets[0])))
    with OneDevice() as watched:
        hessian = objective.hessian(weights(built))
        product = hessian @ torch.empty_like(hessian.like)
    assert product.device.type == "meta"
    assert watched.to_host == []


def test_a_mix_up_is_found():
    inputs, targets = batch(MLP, False, CLASSES)
    here = torch.zeros(MEMBERS, BATCH, dtype=torch.int64)
    elsewhere = weights(MLP) | {"bias1": torch.zeros(MEMBERS, CLASSES)}
    with pytest.raises((MixedDevices, RuntimeError)), OneDevice():
        MLP.losses_and_gradients(elsewhere, inputs, targets, cross_entropy)
    with pytest.raises((MixedDevices, RuntimeError)), OneDevice():
        MLP.losses_and_gradients(weights(MLP), inputs, here, cross_entropy)


def test_what_waits_for_the_device_is_counted():
    with OneDevice() as watched:
        torch.empty(2, device="meta").to(torch.float64)
        torch.zeros(2).to("meta")
    assert (watched.to_host, len(watched.to_device)) == ([], 1)
