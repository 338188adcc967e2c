"""Networks on sequences against torch's modules, member by member, and truncation by hand."""

import pytest
import torch
import torch.nn.functional as F

from workflow_scripts.learning.ensemble.losses import cross_entropy
from workflow_scripts.learning.networks import recurrent
from workflow_scripts.learning.networks.attention import waves
from workflow_scripts.learning.networks.sequence_settings import sequence_network
from workflow_scripts.learning.networks.sequence_shape import SequenceShape

PLACES, SYMBOLS, CLASSES, HIDDEN, BATCH, MEMBERS = 11, 5, 4, 6, 3, 2
MODULES = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
GENERATOR = torch.Generator().manual_seed(0)
TOKENS = torch.randint(SYMBOLS, (MEMBERS, BATCH, PLACES), generator=GENERATOR)


@pytest.fixture(autouse=True)
def short_segments(monkeypatch):
    """Several segments, the last of which is not full."""
    monkeypatch.setattr(recurrent, "SEGMENT", 4)


def made(kind, everywhere=False, **more):
    size = {"width": HIDDEN} if kind == "attention" else {"hidden": HIDDEN}
    shape = SequenceShape(PLACES, SYMBOLS, CLASSES, everywhere=everywhere)
    network = sequence_network({"kind": kind, **size, **more}, shape)
    return network, {n: t.double() for n, t in network.initialise(range(MEMBERS)).items()}


def targets(everywhere):
    shape = (MEMBERS, BATCH, PLACES) if everywhere else (MEMBERS, BATCH)
    return torch.randint(CLASSES, shape, generator=torch.Generator().manual_seed(1))


def plain(kind, weights):
    """The same of torch's own module."""
    module = MODULES[kind](SYMBOLS, HIDDEN, batch_first=True).double()
    with torch.no_grad():
        module.weight_ih_l0.copy_(weights["weight_input"].T)
        module.weight_hh_l0.copy_(weights["weight_hidden"].T)
        module.bias_ih_l0.copy_(weights["bias"])
        module.bias_hh_l0.zero_()
        if kind == "gru":
            module.bias_hh_l0[2 * HIDDEN :] = weights["bias_hidden"]
    return module


@pytest.mark.parametrize("everywhere", [False, True])
@pytest.mark.parametrize("kind", MODULES)
def test_each_member_has_the_outputs_and_gradients_of_torchs_module(kind, everywhere):
    network, weights = made(kind, everywhere)
    wanted = targets(everywhere)
    losses, gradients = network.losses_and_gradients(weights, TOKENS, wanted, cross_entropy)
    outputs = network.logits(weights, TOKENS)
    for member in range(MEMBERS):
        own = {name: tensor[member] for name, tensor in weights.items()}
        module = plain(kind, own)
        seen, _ = module(F.one_hot(TOKENS[member], SYMBOLS).double())
        answers = seen @ own["weight_output"] + own["bias_output"]
        answers = answers if everywhere else answers[:, -1]
        torch.testing.assert_close(outputs[member], answers.detach())
        loss = F.cross_entropy(answers.flatten(0, -2), wanted[member].flatten())
        loss.backward()
        torch.testing.assert_close(losses[member], loss.detach())
        for name, found in (
            ("weight_input", module.weight_ih_l0.grad.T),
            ("weight_hidden", module.weight_hh_l0.grad.T),
            ("bias", module.bias_ih_l0.grad),
        ):
            torch.testing.assert_close(gradients[name][member], found, atol=1e-12, rtol=1e-9)


@pytest.mark.parametrize("window", [1, 4, 5, 10])
@pytest.mark.parametrize("kind", MODULES)
def test_truncation_keeps_the_outputs_and_the_gradient_of_the_last_window(kind, window):
    network, weights = made(kind, window=window)
    whole, _ = made(kind)
    assert torch.equal(network.logits(weights, TOKENS), whole.logits(weights, TOKENS))
    _, found = network.losses_and_gradients(weights, TOKENS, targets(False), cross_entropy)
    for member in range(MEMBERS):
        own = {n: t[member].clone().requires_grad_() for n, t in weights.items()}
        module = plain(kind, {n: t.detach() for n, t in own.items()})
        read = F.one_hot(TOKENS[member], SYMBOLS).double()
        with torch.no_grad():
            _, state = module(read[:, : PLACES - window])
        seen, _ = module(read[:, PLACES - window :], state)
        answers = seen[:, -1] @ own["weight_output"] + own["bias_output"]
        F.cross_entropy(answers, targets(False)[member]).backward()
        torch.testing.assert_close(found["weight_hidden"][member], module.weight_hh_l0.grad.T)
        torch.testing.assert_close(found["weight_input"][member], module.weight_ih_l0.grad.T)


@pytest.mark.parametrize("kind", [*MODULES, "attention"])
def test_nothing_before_the_window_has_a_gradient_and_all_in_it_has(kind):
    if kind == "attention":
        network, weights = made(kind)
        window = PLACES
    else:
        window = 4
        network, weights = made(kind, window=window)
    inputs = F.one_hot(TOKENS, SYMBOLS).double().requires_grad_(True)
    (gradient,) = torch.autograd.grad(network.features(weights, inputs).sum(), inputs)
    moved = gradient.abs().amax(dim=(0, 1, 3)) > 0
    assert moved.tolist() == [place >= PLACES - window for place in range(PLACES)]


@pytest.mark.parametrize("kind", MODULES)
def test_gradients_of_inputs_are_those_of_finite_differences(kind):
    network, weights = made(kind)
    inputs = torch.randn(1, 2, PLACES, SYMBOLS, generator=GENERATOR, dtype=torch.float64)
    one = {name: tensor[:1] for name, tensor in weights.items()}
    inputs.requires_grad_(True)
    assert torch.autograd.gradcheck(lambda x: network.logits(one, x), inputs)


@pytest.mark.parametrize("everywhere", [False, True])
def test_attention_is_that_of_torch(everywhere):
    network, weights = made("attention", everywhere)
    found = network.features(weights, TOKENS)
    for member in range(MEMBERS):
        own = {name: tensor[member] for name, tensor in weights.items()}
        rows = own["embedding"][TOKENS[member]] + waves(PLACES, HIDDEN)
        query, key, value = (rows @ own[f"weight_{n}"] for n in ("query", "key", "value"))
        expected = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        torch.testing.assert_close(
            found[member], expected if everywhere else expected[:, -1], atol=1e-12, rtol=1e-9
        )


def test_without_positions_the_order_of_what_came_before_does_not_matter():
    network, weights = made("attention", positions=False)
    shuffled = torch.cat([TOKENS[..., :-1].flip(2), TOKENS[..., -1:]], dim=2)
    torch.testing.assert_close(network.logits(weights, TOKENS), network.logits(weights, shuffled))
    told, weights = made("attention")
    assert not torch.allclose(told.logits(weights, TOKENS), told.logits(weights, shuffled))


def together_and_alone(network, batch):
    """Losses and gradients of float32 networks, and those of each when it is alone."""
    weights = network.initialise(range(MEMBERS))
    tokens = torch.randint(SYMBOLS, (MEMBERS, batch, PLACES), generator=GENERATOR)
    wanted = torch.randint(CLASSES, (MEMBERS, batch), generator=GENERATOR)
    losses, gradients = network.losses_and_gradients(weights, tokens, wanted, cross_entropy)
    for member in range(MEMBERS):
        one = slice(member, member + 1)
        own = {name: tensor[one] for name, tensor in weights.items()}
        loss, alone = network.losses_and_gradients(own, tokens[one], wanted[one], cross_entropy)
        yield (
            {"loss": losses[member], **{n: t[member] for n, t in gradients.items()}},
            {
                "loss": loss[0],
                **{n: t[0] for n, t in alone.items()},
            },
        )


@pytest.mark.parametrize(
    ("kind", "size"), [("rnn", 36), ("lstm", 16), ("gru", 19), ("attention", 22)]
)
def test_a_member_of_the_studys_size_has_the_same_bits_alone(kind, size):
    sizes = {"width" if kind == "attention" else "hidden": size}
    network = sequence_network({"kind": kind, **sizes}, SequenceShape(PLACES, SYMBOLS, CLASSES))
    for among, alone in together_and_alone(network, batch=32):
        for name, tensor in alone.items():
            assert torch.equal(among[name], tensor), name


# Which units are computed by vector instructions and which one by one depends, for a few units and
# sequences, on the number of members; their sigmoids differ in the last bit.
@pytest.mark.parametrize("kind", [*MODULES, "attention"])
def test_a_member_of_any_size_is_the_same_alone_up_to_rounding(kind):
    network, _ = made(kind)
    for among, alone in together_and_alone(network, BATCH):
        for name, tensor in alone.items():
            torch.testing.assert_close(among[name], tensor, atol=1e-6, rtol=1e-5)


def test_starts_are_what_they_are_called():
    shape = SequenceShape(PLACES, SYMBOLS, CLASSES)
    square = sequence_network({"kind": "rnn", "hidden": 20, "start": "orthogonal"}, shape)
    weight = square.initialise([3])["weight_hidden"][0].double()
    torch.testing.assert_close(weight @ weight.T, torch.eye(20).double(), atol=1e-5, rtol=0)
    network = sequence_network(
        {"kind": "rnn", "hidden": 20, "start": "radius", "scale": 0.9}, shape
    )
    found = torch.linalg.eigvals(network.initialise([3])["weight_hidden"][0].double()).abs().max()
    assert float(found) == pytest.approx(0.9, rel=1e-5)
    lstm = sequence_network({"kind": "lstm", "hidden": 200, "longest": 50}, shape)
    entering, kept, *_ = lstm.initialise([3])["bias"][0].chunk(4)
    assert torch.equal(entering, -kept)
    assert float(kept.min()) >= 0
    assert float(kept.max()) <= torch.log(torch.tensor(49.0))
