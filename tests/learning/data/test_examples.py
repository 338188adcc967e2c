"""Each seed draws its own examples, whoever else is in the ensemble."""

from pathlib import Path

import numpy as np
import pytest
import torch

from workflow_scripts.learning.curvature.objective import Objective
from workflow_scripts.learning.data.arrays import write_arrays
from workflow_scripts.learning.data.datasets import load
from workflow_scripts.learning.data.digits import split_digits
from workflow_scripts.learning.data.examples import examples
from workflow_scripts.learning.data.manifest import write_manifest
from workflow_scripts.learning.data.sample import Sample
from workflow_scripts.learning.ensemble.evaluate import evaluate
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.networks.network import member_slice
from workflow_scripts.learning.networks.residual import Residual
from workflow_scripts.learning.paths.curve import Bezier, straight
from workflow_scripts.learning.paths.curve_network import CurveNetwork, Positions
from workflow_scripts.learning.paths.measure import along, between

torch.set_num_threads(1)
SAMPLE = Sample(dataset="digits", train=60, validation=30, test=50)
SEEDS = [100, 101, 102]
NET = Mlp([64, 12, 10])
RECIPE = Training(optimiser={"kind": "adam"}, learning_rate=0.01, batch_size=16, steps=8)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A folder with scikit-learn's digits."""
    folder = tmp_path_factory.mktemp("data")
    write_arrays(folder / "digits", split_digits(360, 0))
    write_manifest("digits", folder)
    return Path(folder)


def images(split, member=0):
    return {tuple(row) for row in split.alone(member).inputs.flatten(1).tolist()}


def ensemble(drawn, seeds, network=NET, parameters=None):
    start = network.initialise(seeds) if parameters is None else parameters
    return Ensemble(network, start, drawn.of(seeds).train, seeds)


def test_two_seeds_draw_different_images_of_the_same_test_set(data):
    drawn = examples(SAMPLE, data, (-1,), SEEDS)
    assert drawn.train.rows.shape == (3, 60)
    assert drawn.validation.rows.shape == (3, 30)
    assert drawn.test.rows is None
    for split in (drawn.train, drawn.validation):
        one, other = images(split, 0), images(split, 1)
        assert len(one - other) > len(one) / 2
    assert drawn.train.inputs is drawn.validation.inputs
    held = torch.cat([drawn.train.rows, drawn.validation.rows], 1).unique()
    assert torch.equal(held, torch.arange(len(drawn.train.inputs)))  # no image that nobody uses


def test_a_seed_draws_the_same_alone_and_among_others(data):
    drawn = examples(SAMPLE, data, (-1,), SEEDS)
    for member, seed in enumerate(SEEDS):
        alone = examples(SAMPLE, data, (-1,), [seed])
        for name in ("train", "validation"):
            own, among = getattr(alone, name).alone(0), getattr(drawn, name).alone(member)
            assert torch.equal(own.inputs, among.inputs)
            assert torch.equal(own.targets.values, among.targets.values)
        assert torch.equal(alone.test.inputs, drawn.test.inputs)
        assert torch.equal(alone.calibration[0], drawn.calibration[member])


def test_the_images_are_a_stratified_part_of_the_official_training_set(data):
    official = load("digits", "train", data)
    drawn = examples(SAMPLE, data, (-1,), SEEDS)
    for member in range(3):
        train, validation = (s.alone(member) for s in (drawn.train, drawn.validation))
        assert not images(train) & images(validation)
        shares = np.bincount(official.labels, minlength=10) / len(official.labels)
        for split in (train, validation):
            counts = np.bincount(split.targets.values, minlength=10)
            assert np.abs(counts - shares * len(split)).max() <= 1
    whole = {
        tuple(row): label
        for row, label in zip(
            (official.inputs.reshape(-1, 64) / 16).tolist(), official.labels.tolist(), strict=True
        )
    }
    for row, label in zip(train.inputs, train.targets.values, strict=True):
        raw = (row.double() * 0.3760 + 0.3053).mul(16).round().div(16)
        assert whole[tuple(raw.tolist())] == label


def test_validation_images_do_not_depend_on_the_number_of_training_images(data):
    few, many = (
        examples(SAMPLE.model_copy(update={"train": train}), data, (-1,), SEEDS)
        for train in (10, 200)
    )
    for member in range(3):
        assert torch.equal(
            few.validation.alone(member).inputs, many.validation.alone(member).inputs
        )
        assert torch.equal(few.train.alone(member).inputs, many.train.alone(member).inputs[:10])


def test_the_rows_follow_the_seeds_of_the_members(data):
    drawn = examples(SAMPLE, data, (-1,), SEEDS)
    again = drawn.of([102, 100, 100])
    assert again.train.rows.tolist() == drawn.train.rows[[2, 0, 0]].tolist()
    assert again.of([100]).validation.rows.tolist() == drawn.validation.rows[[0]].tolist()
    assert again.calibration.shape == (3, 60, 64)
    with pytest.raises(ValueError, match=r"no examples .* \[7, 103\]"):
        drawn.of([103, 100, 7])


def test_rows_of_other_members_are_refused(data):
    drawn = examples(SAMPLE, data, (-1,), SEEDS)
    with pytest.raises(ValueError, match="2 members cannot share 3 samples"):
        evaluate(NET, NET.initialise(SEEDS[:2]), drawn.train)


def test_a_member_is_trained_and_measured_the_same_alone_to_the_bit(data):
    drawn = examples(SAMPLE, data, (-1,), SEEDS)
    together = train(ensemble(drawn, SEEDS), RECIPE)
    losses = Objective(NET, drawn.train).gradients(together)
    for member, seed in enumerate(SEEDS):
        own = examples(SAMPLE, data, (-1,), [seed])
        alone = train(ensemble(own, [seed]), RECIPE)
        there = member_slice(together, member, member + 1)
        assert all(torch.equal(alone[name], there[name]) for name in alone)
        for name in ("train", "validation", "test"):
            found, among = (
                evaluate(NET, parameters, getattr(part, name))
                for parameters, part in ((alone, own), (together, drawn))
            )
            assert all(torch.equal(found[key][0], among[key][member]) for key in found)
        for found, among in zip(Objective(NET, own.train).gradients(alone), losses, strict=True):
            assert torch.equal(found[0], among[member])
        product = Objective(NET, own.train).hessian(alone)
        vector = torch.ones_like(product.like)
        others = Objective(NET, drawn.train).hessian(together)
        assert torch.equal((product @ vector)[0], (others @ torch.ones_like(others.like))[member])


def test_curves_and_lines_are_those_of_a_pair_alone_to_the_bit(data):
    drawn = examples(SAMPLE, data, (-1,), SEEDS)

    def curve_and_line(part, seeds):
        first, second = NET.initialise(seeds), NET.initialise([seed + 50 for seed in seeds])
        network = CurveNetwork(NET, Bezier(1), first, second)
        start = ensemble(part, seeds, network, straight(first, second, 1))
        places = Positions(network, [stream_seed(seed, "positions") for seed in seeds])
        line = along(
            NET,
            lambda at: between(first, second, at),
            [0.0, 0.5, 1.0],
            {"train": part.of(seeds).train},
            part.of(seeds).calibration,
        )
        return train(start, RECIPE, [places]), line

    together, lines = curve_and_line(drawn, SEEDS)
    alone, line = curve_and_line(drawn, SEEDS[1:2])
    assert torch.equal(alone["weight0"][0], together["weight0"][1])
    assert line.loss.tolist() == lines[lines.member == 1].loss.tolist()


def test_normalisation_statistics_are_those_of_the_images_of_a_member(data):
    net = Residual((1, 8, 8), [2, 4], 1, 10)
    drawn = examples(SAMPLE, data, net.input_shape, SEEDS)
    parameters = net.initialise(SEEDS)
    together = net.calibrated(parameters, drawn.calibration)
    losses = evaluate(net, together, drawn.train)["loss"]
    for member in range(3):
        own = member_slice(parameters, member, member + 1)
        part = drawn.train.alone(member)
        alone = net.calibrated(own, part.inputs)
        for name, tensor in alone.items():
            torch.testing.assert_close(tensor[0], together[name][member], rtol=1e-4, atol=1e-5)
        loss = evaluate(net, alone, part)["loss"]
        torch.testing.assert_close(loss[0], losses[member], rtol=1e-4, atol=1e-5)
