import math
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.ensemble.callbacks import Measurements, Snapshots
from workflow_scripts.learning.ensemble.evaluate import evaluate, evaluation
from workflow_scripts.learning.ensemble.randomness import DataOrder, stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.settings import Training, rate_factor
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.networks.network import member_slice
from workflow_scripts.learning.networks.residual import Residual

torch.set_num_threads(1)
NET = Mlp([20, 13, 7, 4])
GENERATOR = torch.Generator().manual_seed(0)
INPUTS = torch.randn(90, 20, generator=GENERATOR)
LABELS = torch.randint(0, 4, (90,), generator=GENERATOR)
SPLIT = Split(INPUTS, ClassNumbers(LABELS))
SEEDS = [3, 4, 5]
OPTIMISERS = {
    "sgd": {
        "optimiser": {"kind": "sgd", "momentum": 0.9},
        "learning_rate": 0.1,
        "weight_decay": 1e-3,
    },
    "adam": {
        "optimiser": {"kind": "adam", "epsilon": 1e-3},
        "learning_rate": 0.01,
        "weight_decay": 1e-3,
    },
    "adamw": {
        "optimiser": {"kind": "adamw", "betas": (0.8, 0.95)},
        "learning_rate": 0.01,
        "weight_decay": 0.1,
    },
}


def training(kind="adam", steps=12, **changes):
    recipe = {"batch_size": 8, "steps": steps, **OPTIMISERS[kind]}
    return Training(**(recipe | changes))


def ensemble(seeds=SEEDS, network=NET, **changes):
    parts = {
        "network": network,
        "parameters": network.initialise(seeds),
        "examples": SPLIT,
        "order_seeds": seeds,
    }
    return Ensemble(**(parts | changes))


def same(ours, others):
    return all(torch.equal(ours[name], others[name]) for name in ours)


def plain_training(seed, recipe):
    """One network, torch's modules and autograd, the same examples: an independent oracle."""
    start = NET.initialise([seed])
    layers = []
    for layer in range(NET.layers):
        linear = torch.nn.Linear(NET.sizes[layer], NET.sizes[layer + 1])
        linear.weight.data = start[f"weight{layer}"][0].T.clone()
        linear.bias.data = start[f"bias{layer}"][0].clone()
        layers += [linear, torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    if recipe.optimiser.kind == "sgd":
        optimiser = torch.optim.SGD(
            model.parameters(),
            recipe.learning_rate,
            momentum=recipe.optimiser.momentum,
            weight_decay=recipe.weight_decay,
        )
    else:
        kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[recipe.optimiser.kind]
        optimiser = kind(
            model.parameters(),
            recipe.learning_rate,
            recipe.optimiser.betas,
            recipe.optimiser.epsilon,
            recipe.weight_decay,
        )
    order = DataOrder([seed], len(INPUTS), recipe.batch_size)
    for step in range(recipe.steps):
        batch = order.batch(step)[0]
        optimiser.zero_grad()
        F.cross_entropy(model(INPUTS[batch]), LABELS[batch]).backward()
        optimiser.step()
    return model


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_every_member_trains_as_a_plain_network_does(optimiser):
    recipe = training(optimiser)
    trained = train(ensemble(), recipe)
    for member, seed in enumerate(SEEDS):
        model = plain_training(seed, recipe)
        for layer in range(NET.layers):
            ours = trained[f"weight{layer}"][member].T
            torch.testing.assert_close(ours, model[2 * layer].weight.data, rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_same_seed_same_bits_alone_and_in_any_ensemble(optimiser):
    together = train(ensemble(), training(optimiser))
    for member, seed in enumerate(SEEDS):
        alone = train(ensemble([seed]), training(optimiser))
        assert same(alone, member_slice(together, member, member + 1))


@settings(max_examples=25, deadline=None)
@given(
    widths=st.lists(st.one_of(st.just(1), st.integers(1, 40)), min_size=1, max_size=3),
    members=st.integers(2, 6),
    batch=st.integers(1, 33),
)
@example(widths=[1], members=2, batch=20)  # a product with a vector
@example(widths=[7, 1, 5], members=3, batch=1)
def test_the_bits_of_a_member_do_not_depend_on_the_ensemble_at_any_size(widths, members, batch):
    net = Mlp([20, *widths, 4])
    seeds = list(range(members))
    together = train(ensemble(seeds, net), training("adam", 3, batch_size=batch))
    alone = train(ensemble(seeds[-1:], net), training("adam", 3, batch_size=batch))
    assert same(alone, member_slice(together, members - 1, members))


def test_convolutions_keep_a_member_to_a_tolerance():
    net = Residual((1, 20), [4, 8], 1, 4)
    images = Split(INPUTS.unsqueeze(1), SPLIT.targets)
    recipe = training("sgd", 5, learning_rate=0.02)
    together = train(ensemble(network=net, examples=images), recipe)
    alone = train(ensemble(SEEDS[1:2], net, examples=images), recipe)
    for name in alone:
        torch.testing.assert_close(alone[name], together[name][1:2], rtol=1e-4, atol=1e-5)
    assert same(together, train(ensemble(network=net, examples=images), recipe))


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_a_mask_of_ones_is_dense_to_the_bit(optimiser):
    dense = train(ensemble(), training(optimiser))
    shapes = NET.initialise(SEEDS)
    ones = {name: torch.ones_like(shapes[name]) for name in NET.prunable()}
    assert same(dense, train(ensemble(masks=ones), training(optimiser)))


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_masked_weights_stay_zero_and_the_others_move(optimiser):
    start = NET.initialise(SEEDS)
    masks = {name: (torch.rand_like(start[name]) < 0.3).float() for name in NET.prunable()}
    trained = train(ensemble(masks=masks), training(optimiser))
    for name, mask in masks.items():
        assert (trained[name][mask == 0] == 0).all()
        assert (trained[name] != start[name])[mask == 1].float().mean() > 0.9


def test_each_member_has_its_own_rate_and_decay():
    rates, decays = [0.01, 0.03, 0.03], [0.0, 0.0, 0.2]
    together = train(
        ensemble(learning_rates=rates, weight_decays=decays), training("adamw", weight_decay=0.0)
    )
    for member, seed in enumerate(SEEDS):
        own = training("adamw", learning_rate=rates[member], weight_decay=decays[member])
        alone = train(ensemble([seed]), own)
        assert same(alone, member_slice(together, member, member + 1))


def test_each_member_may_have_its_own_labels():
    noisy = ClassNumbers(torch.stack([LABELS, LABELS.flip(0), LABELS]), per_member=True)
    together = train(ensemble(examples=Split(INPUTS, noisy)), training())
    flipped = Split(INPUTS, ClassNumbers(LABELS.flip(0)))
    flipped = train(ensemble([SEEDS[1]], examples=flipped), training())
    assert same(flipped, member_slice(together, 1, 2))


def test_training_can_start_in_the_middle():
    recipe = training("sgd", optimiser={"kind": "sgd"})
    kept = Snapshots({5})
    whole = train(ensemble(), recipe, [kept])
    rest = train(ensemble(parameters=kept.kept[5], first_step=5), recipe)
    assert same(whole, rest)


def test_data_order_is_a_fresh_permutation_each_epoch_and_a_function_of_the_seed():
    order = DataOrder([1, 2], 10, 3)
    epochs = [torch.cat([order.batch(3 * e + b) for b in range(3)], 1) for e in range(2)]
    for epoch in epochs:
        for member in epoch:
            assert len(set(member.tolist())) == 9
    assert not torch.equal(*epochs)
    assert torch.equal(DataOrder([2], 10, 3).batch(4)[0], order.batch(4)[1])


def test_streams_of_a_seed_are_apart():
    assert len({stream_seed(s, p, c) for s in range(5) for p in "ab" for c in range(5)}) == 50


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [1, 1, 1, 1]),
        ({"warmup_steps": 2}, [0.5, 1, 1, 1]),
        ({"schedule": {"kind": "cosine"}}, [1, (1 + math.cos(math.pi / 4)) / 2, 0.5, None]),
        ({"schedule": {"kind": "multi-step", "milestones": (0.5,)}}, [1, 1, 0.1, 0.1]),
        (
            {"schedule": {"kind": "multi-step", "milestones": (0, 0.7), "decay": 0.5}},
            [0.5, 0.5, 0.5, 0.25],
        ),
        (
            {"schedule": {"kind": "multi-step", "milestones": (0.5,)}, "warmup_steps": 3},
            [1 / 3, 2 / 3, 1, 0.1],
        ),
    ],
)
def test_schedules(changes, expected):
    recipe = training(steps=4, **changes)
    for step, factor in enumerate(expected):
        if factor is not None:
            assert rate_factor(recipe, step) == pytest.approx(factor)


def test_evaluation_is_the_plain_mean_over_all_examples():
    many = Split(INPUTS.repeat(15, 1), ClassNumbers(LABELS.repeat(15)))
    parameters = NET.initialise(SEEDS)
    measured = evaluate(NET, parameters, many)
    loss, accuracy = measured["loss"], measured["accuracy"]
    logits = NET.logits(parameters, INPUTS).double()
    for member in range(len(SEEDS)):
        expected = F.cross_entropy(logits[member], LABELS)
        assert float(loss[member]) == pytest.approx(float(expected), rel=1e-6)
        right = (logits[member].argmax(1) == LABELS).double().mean()
        assert float(accuracy[member]) == pytest.approx(float(right), abs=1e-12)


KILLED = """
    import os, signal, sys, torch
    sys.path.insert(0, {tests!r})
    from test_trainer import ensemble, training
    from workflow_scripts.core.arithmetic import fix_arithmetic
    from workflow_scripts.learning.ensemble.callbacks import Callback
    from workflow_scripts.learning.ensemble.resume import ResumeState
    from workflow_scripts.learning.ensemble.trainer import train

    class Kill(Callback):
        def __call__(self, step, parameters):
            if step == 8:
                os.kill(os.getpid(), signal.SIGKILL)

    fix_arithmetic(1)
    train(ensemble(), training({optimiser!r}), [Kill()], ResumeState({path!r}, "key"))
"""


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_a_training_that_is_killed_ends_with_the_bits_of_one_that_ran_through(tmp_path, optimiser):
    path = tmp_path / "state.safetensors"
    here = Path(__file__).parent
    script = textwrap.dedent(KILLED).format(tests=str(here), optimiser=optimiser, path=str(path))
    environment = {**os.environ, "NICE_TO_KNOW_SAVE_SECONDS": "0"}
    environment["PYTHONPATH"] = str(here.parents[2])
    killed = subprocess.run([sys.executable, "-c", script], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL

    def curve():
        return Measurements("test", evaluation(NET, SPLIT, INPUTS), {3, 6, 12})

    resumed, ran_through = curve(), curve()
    state = ResumeState(path, "key")
    assert int(state.load()["step"]) == 7
    saved = {k: v for k, v in state.load().items() if not k.startswith("callback")}
    state.save(saved)  # the killed run had no curve: its state knows none
    after = train(ensemble(), training(optimiser), [resumed], state)
    assert same(after, train(ensemble(), training(optimiser), [ran_through]))
    assert resumed.steps == [12]
    assert torch.equal(resumed.measured["loss"][-1], ran_through.measured["loss"][-1])


def test_what_callbacks_saw_survives_too(tmp_path):
    class Stop(Exception):
        pass

    class Stopping(Measurements):
        def __call__(self, step, parameters):
            super().__call__(step, parameters)
            if step == 8:
                raise Stop

    parts = ("test", evaluation(NET, SPLIT, INPUTS), {2, 5, 12})
    state = ResumeState(tmp_path / "state.safetensors", "key")
    state.every = 0.0
    with pytest.raises(Stop):
        train(ensemble(), training(), [Stopping(*parts), Snapshots({5})], state)
    curve, kept, plain = Measurements(*parts), Snapshots({5}), Measurements(*parts)
    train(ensemble(), training(), [curve, kept], state)
    train(ensemble(), training(), [plain])
    assert curve.steps == plain.steps == [2, 5, 12]
    assert torch.equal(torch.stack(curve.measured["loss"]), torch.stack(plain.measured["loss"]))
    assert set(kept.kept) == {5}


def test_what_a_callback_saw_is_found_by_its_name_wherever_it_stands(tmp_path):
    class Stop(Exception):
        pass

    class Stopping(Snapshots):
        @property
        def name(self):
            return "Snapshots"

        def __call__(self, step, parameters):
            super().__call__(step, parameters)
            if step == 8:
                raise Stop

    state = ResumeState(tmp_path / "state.safetensors", "key")
    state.every = 0.0
    measure = evaluation(NET, SPLIT, INPUTS)
    first, second = Measurements("a", measure, {2}), Measurements("b", measure, {5})
    with pytest.raises(Stop):
        train(ensemble(), training(), [first, second, Stopping({5})], state)
    kept, a, b = Snapshots({5}), Measurements("a", measure, {2}), Measurements("b", measure, {5})
    train(ensemble(), training(), [kept, b, a], state)
    assert (a.steps, b.steps, set(kept.kept)) == ([2], [5], {5})
    assert torch.equal(a.measured["loss"][0], first.measured["loss"][0])
    assert torch.equal(b.measured["loss"][0], second.measured["loss"][0])


def test_two_callbacks_of_one_name_are_refused():
    with pytest.raises(ValueError, match="share a name"):
        train(ensemble(), training(), [Snapshots({1}), Snapshots({2})])


def test_a_state_of_another_job_or_a_broken_one_is_not_used(tmp_path, capsys):
    state = ResumeState(tmp_path / "state.safetensors", "key")
    state.save({"step": torch.tensor(3)})
    assert ResumeState(state.path, "other").load() is None
    assert "belongs to another job" in capsys.readouterr().out
    state.path.write_bytes(state.path.read_bytes()[:-1])
    assert state.load() is None
    assert "starting from the first step" in capsys.readouterr().out


@pytest.mark.parametrize(
    "changes",
    [
        {"optimiser": "adam"},
        {"optimiser": {}},
        {"optimiser": {"kind": "adam", "momentum": 0.9}},
        {"optimiser": {"kind": "sgd", "betas": (0.9, 0.99)}},
        {"optimiser": {"kind": "adam", "betas": (0.9, 1)}},
        {"optimiser": {"kind": "adamw", "epsilon": 0}},
        {"schedule": {"kind": "multi-step"}},
        {"schedule": {"kind": "multi-step", "milestones": ()}},
        {"schedule": {"kind": "multi-step", "milestones": (32000,)}},
        {"schedule": {"kind": "cosine", "milestones": (0.5,)}},
        {"gradient": {"kind": "orthogonal", "radius": 0.1}},
        {"gradient": {"kind": "sharpness-aware", "radius": 0}},
        {"steps": 0},
        {"learning_rate": float("nan")},
    ],
)
def test_impossible_trainings_are_refused(changes):
    recipe = {"optimiser": {"kind": "sgd"}, "learning_rate": 0.1, "batch_size": 4, "steps": 3}
    Training(**recipe)
    with pytest.raises(ValueError, match=r"validation error"):
        Training(**(recipe | changes))


def test_members_are_evaluated_on_labels_of_their_own():
    parameters = NET.initialise(SEEDS)
    generator = torch.Generator().manual_seed(1)
    labels = torch.randint(0, 4, (len(SEEDS), len(INPUTS)), generator=generator)
    own = ClassNumbers(labels, per_member=True)
    together = evaluate(NET, parameters, Split(INPUTS, own))
    for member in range(len(SEEDS)):
        one = member_slice(parameters, member, member + 1)
        alone = evaluate(NET, one, Split(INPUTS, ClassNumbers(labels[member])))
        assert {name: float(value) for name, value in alone.items()} == {
            name: float(value[member]) for name, value in together.items()
        }
