import math

import pytest
import torch
import torch.nn.functional as F

from workflow_scripts.learning.ensemble.losses import cross_entropy
from workflow_scripts.learning.ensemble.stablemax import stablemax_cross_entropy
from workflow_scripts.learning.networks.network import Network, member_slice
from workflow_scripts.learning.networks.pair_mlp import PairMlp
from workflow_scripts.learning.networks.pair_one_hot import PairOneHot
from workflow_scripts.learning.networks.pair_settings import pair_network
from workflow_scripts.learning.networks.pair_transformer import PairTransformer

SYMBOLS, MEMBERS, BATCH = 7, 3, 11
NETWORKS = {
    "mlp": PairMlp(SYMBOLS, 4, 6),
    "one-hot": PairOneHot(SYMBOLS, (6, 5)),
    "transformer": PairTransformer(SYMBOLS, 8, 2, 10),
}
EXPLICIT = ("mlp", "one-hot")  # those whose backward pass is written out
GENERATOR = torch.Generator().manual_seed(0)
PAIRS = torch.randint(0, SYMBOLS, (MEMBERS, BATCH, 2), generator=GENERATOR)
TARGETS = torch.randint(0, SYMBOLS, (MEMBERS, BATCH), generator=GENERATOR)


@pytest.fixture(params=NETWORKS.values(), ids=NETWORKS.keys())
def net(request):
    return request.param


def doubles(net):
    """Parameters with no zeros among them."""
    generator = torch.Generator().manual_seed(5)
    return {
        name: tensor.double() + 0.1 * torch.randn(tensor.shape, generator=generator).double()
        for name, tensor in net.initialise([1, 2, 3]).items()
    }


def plain_mlp(own, pairs):
    """Both embeddings side by side, one pair at a time."""
    side_by_side = own["embedding"][pairs].flatten(1)
    weight = torch.cat([own["weight_first"], own["weight_second"]])
    hidden = (side_by_side @ weight + own["bias_hidden"]).relu()
    return hidden @ own["weight_output"].T + own["bias_output"]


def plain_transformer(own, pairs, heads=2):
    """All three positions of every pair through torch's own attention; the last is read."""
    batch = len(pairs)
    tokens = torch.cat([own["embedding"][pairs], own["equals"].expand(batch, 1, -1)], dim=1)
    stream = tokens + own["positions"]

    def by_head(name):
        return (stream @ own[name]).view(batch, 3, heads, -1).transpose(1, 2)

    attended = F.scaled_dot_product_attention(
        by_head("query"), by_head("key"), by_head("value"), is_causal=True
    )
    stream = stream + attended.transpose(1, 2).flatten(2) @ own["attended"]
    hidden = (stream @ own["weight_in"] + own["bias_in"]).relu()
    stream = stream + hidden @ own["weight_out"] + own["bias_out"]
    return (stream @ own["unembedding"])[:, -1]


def plain_one_hot(own, pairs):
    """Products with the zeros and ones themselves."""
    units = F.one_hot(pairs, SYMBOLS).flatten(1).to(own["embedding"].dtype)
    units = (units @ own["embedding"]).relu()
    return (units @ own["weight_1"].T).relu() @ own["weight_2"].T


PLAIN = {PairMlp: plain_mlp, PairOneHot: plain_one_hot, PairTransformer: plain_transformer}


def test_each_member_is_the_plain_network_of_its_parameters(net):
    parameters = doubles(net)
    logits = net.logits(parameters, PAIRS)
    assert logits.shape == (MEMBERS, BATCH, SYMBOLS)
    for member in range(MEMBERS):
        own = {name: tensor[member] for name, tensor in parameters.items()}
        expected = PLAIN[type(net)](own, PAIRS[member])
        torch.testing.assert_close(logits[member], expected, rtol=1e-12, atol=1e-12)


def test_shared_pairs_are_the_same_as_copies_for_each_member(net):
    parameters = doubles(net)
    shared = net.logits(parameters, PAIRS[0])
    copies = net.logits(parameters, PAIRS[:1].expand(MEMBERS, -1, -1))
    torch.testing.assert_close(shared, copies, rtol=0, atol=0)


@pytest.mark.parametrize("loss", [cross_entropy, stablemax_cross_entropy])
def test_gradients_are_those_of_autograd_through_the_plain_network(net, loss):
    parameters = doubles(net)
    losses, gradients = net.losses_and_gradients(parameters, PAIRS, TARGETS, loss)
    assert list(gradients) == list(parameters)
    for member in range(MEMBERS):
        own = {n: t[member].clone().requires_grad_(True) for n, t in parameters.items()}
        value = loss(PLAIN[type(net)](own, PAIRS[member])[None], TARGETS[member][None])
        expected = torch.autograd.grad(value.sum(), list(own.values()))
        torch.testing.assert_close(losses[member], value[0].detach())
        for name, gradient in zip(own, expected, strict=True):
            torch.testing.assert_close(gradients[name][member], gradient, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", EXPLICIT)
def test_the_written_out_backward_pass_is_autograds(name):
    net = NETWORKS[name]
    parameters = doubles(net)
    _, ours = net.losses_and_gradients(parameters, PAIRS, TARGETS, cross_entropy)
    _, autograds = Network.losses_and_gradients(net, parameters, PAIRS, TARGETS, cross_entropy)
    for name in parameters:
        torch.testing.assert_close(ours[name], autograds[name], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", EXPLICIT)
def test_a_members_bits_do_not_depend_on_the_others(name):
    net = NETWORKS[name]
    together = net.initialise([10, 11, 12])
    alone = net.initialise([11])
    losses, gradients = net.losses_and_gradients(together, PAIRS, TARGETS, cross_entropy)
    own_loss, own = net.losses_and_gradients(alone, PAIRS[1:2], TARGETS[1:2], cross_entropy)
    assert torch.equal(losses[1:2], own_loss)
    for name in own:
        assert torch.equal(member_slice(together, 1, 2)[name], alone[name])
        assert torch.equal(gradients[name][1:2], own[name])


def test_initial_weights_are_those_of_torchs_own_layers():
    own = {n: t[0] for n, t in PairMlp(50, 200, 300).initialise([0]).items()}
    assert float(own["embedding"].std()) == pytest.approx(1, rel=0.02)
    bound = 1 / math.sqrt(400)
    for name in ("weight_first", "weight_second", "bias_hidden"):
        assert float(own[name].abs().max()) <= bound
    assert float(own["weight_first"].std()) == pytest.approx(bound / math.sqrt(3), rel=0.02)
    assert float(own["weight_output"].abs().max()) == pytest.approx(1 / math.sqrt(300), rel=0.01)
    vectors = {n: t[0] for n, t in PairOneHot(50, (200, 300)).initialise([0]).items()}
    for name, inputs in (("embedding", 100), ("weight_1", 200), ("weight_2", 300)):
        assert float(vectors[name].abs().max()) == pytest.approx(inputs**-0.5, rel=0.01)
    streams = {n: t[0] for n, t in PairTransformer(90, 64, 4, 128).initialise([0]).items()}
    assert float(streams["key"].std()) == pytest.approx(1 / 8, rel=0.03)
    assert float(streams["unembedding"].std()) == pytest.approx(90**-0.5, rel=0.03)
    assert not streams["bias_in"].any()


def test_settings_build_the_network_for_any_number_of_symbols():
    built = pair_network({"kind": "pair-mlp", "embedding": 4, "hidden": 6}, 9)
    assert built.shapes()["weight_output"] == (9, 6)
    built = pair_network({"kind": "pair-one-hot", "hidden": [4, 6]}, 9)
    assert built.shapes() == {"embedding": (18, 4), "weight_1": (6, 4), "weight_2": (9, 6)}
    settings = {"kind": "pair-transformer", "embedding": 8, "heads": 2, "hidden": 6}
    assert pair_network(settings, 9).shapes()["unembedding"] == (8, 9)
    with pytest.raises(ValueError, match="multiple of heads"):
        pair_network(settings | {"heads": 3}, 9)


def test_only_weights_are_prunable(net):
    assert net.input_shape == (2,)
    assert set(net.prunable()) < set(net.shapes())
    assert not [name for name in net.prunable() if "bias" in name or name == "embedding"]
