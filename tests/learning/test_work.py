import pytest

from workflow_scripts.learning.work import step_of, work_of

MLP = {"kind": "mlp", "sizes": [784, 300, 100, 10]}
RESNET_20 = {
    "kind": "residual",
    "input": [3, 32, 32],
    "channels": [16, 32, 64],
    "blocks": 3,
    "classes": 10,
}


def cfg(network=MLP, **training):
    return {"s.chains.a.network": network, "s.chains.a.training": {"steps": 100, **training}}


def test_a_perceptrons_step_is_its_products_by_hand():
    """Forward, gradient of the weights, and of the inputs of all layers but the first."""
    products = [784 * 300, 300 * 100, 100 * 10]
    expected = 2 * (3 * sum(products) - products[0])
    assert step_of(MLP, members=5, batch=60).flop == 5 * 60 * expected


def test_resnet_20s_forward_is_the_papers_count():
    """He et al. 2016 and others count 41 million multiply-adds forward; three times that a step."""
    flop = step_of(RESNET_20, members=1, batch=1).flop
    assert flop == pytest.approx(3 * 2 * 41e6, rel=0.02)


def test_what_is_computed_once_for_all_symbols_is_counted_once():
    """First layer over each symbol, readout over each example; its gradients cost twice that."""
    settings = {"kind": "pair-mlp", "embedding": 4, "hidden": 8}
    few, many = (step_of(settings, 1, batch, symbols=11).flop for batch in (10, 1010))
    assert many - few == pytest.approx(1000 * 3 * 2 * 8 * 11)
    assert few > 10 * 3 * 2 * 8 * 11


def test_kernels_do_not_depend_on_how_much_each_does():
    one, many = (step_of(RESNET_20, members, batch=8) for members in (1, 5))
    assert one.kernels == many.kernels > 100
    assert many.flop == 5 * one.flop


def test_work_grows_with_steps_seeds_batch_and_rounds():
    base = work_of(cfg(batch_size=10), {"seeds": "0-0"}).amount
    assert work_of(cfg(batch_size=20), {"seeds": "0-0"}).amount == 2 * base
    assert work_of(cfg(batch_size=10, steps=300), {"seeds": "0-0"}).amount == 3 * base
    assert work_of(cfg(batch_size=10), {"seeds": "3-6"}).amount == 4 * base
    rounds = cfg(batch_size=10) | {"s.needles.rounds": 5}
    assert work_of(rounds, {"seeds": "0-0"}).amount == 5 * base


def test_what_only_measures_grows_with_its_examples():
    measures = {"s.network": MLP, "s.sample": {"dataset": "digits", "train": 30, "test": 10}}
    twice = {**measures, "s.sample": {"dataset": "digits", "train": 60, "test": 20}}
    assert work_of(twice, {}).amount == 2 * work_of(measures, {}).amount > 0


def test_without_a_network_nothing_is_known():
    assert work_of({"scale": "smoke"}, {"chain": "a"}).amount == 1.0
