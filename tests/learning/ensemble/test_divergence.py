"""A network whose loss is not finite has no accuracy, and is named with its step."""

import pandas as pd
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.learning.ensemble.test_trainer import INPUTS, NET, SEEDS, SPLIT, ensemble, same, training
from workflow_scripts.learning.averaging.soups import greedy
from workflow_scripts.learning.ensemble.callbacks import Callback, Measurements
from workflow_scripts.learning.ensemble.divergence import AT_ONCE, NEVER, Divergence
from workflow_scripts.learning.ensemble.evaluate import evaluate, evaluation
from workflow_scripts.learning.ensemble.history import read_diverged, read_history, save_history
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.trainer import train
from workflow_scripts.learning.networks.network import member_slice
from workflow_scripts.learning.paths.barrier import barrier, excess
from workflow_scripts.learning.paths.measure import along, between

RATES = [0.1, 1e30, 0.1]


class Losses(Callback):
    """The training loss of each step, measured on the examples of all steps."""

    def __init__(self):
        self.first = None

    def __call__(self, step, parameters):
        broken = any(not tensor[1].isfinite().all() for tensor in parameters.values())
        if broken and self.first is None:
            self.first = step


def test_a_diverged_member_is_named_once_and_the_others_are_trained(capsys):
    seen = Losses()
    trained = train(ensemble(learning_rates=RATES), training("sgd"), [seen])
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 1
    assert told[0].startswith("member 1 diverged at step ")
    assert 1 <= int(told[0].split()[-1]) <= seen.first
    whole = train(ensemble(), training("sgd"))
    for member in (0, 2):
        assert same(*(member_slice(each, member, member + 1) for each in (trained, whole)))
    assert capsys.readouterr().out == ""


def test_its_loss_and_accuracy_are_not_numbers():
    parameters = NET.initialise(SEEDS)
    sound = evaluate(NET, parameters, SPLIT)
    for broken in (torch.nan, torch.inf, 1e38):
        parameters["weight2"][1] = broken
        found = evaluate(NET, parameters, SPLIT)
        for name in ("loss", "accuracy"):
            assert found[name].isnan().tolist() == [False, True, False]
            assert torch.equal(found[name][[0, 2]], sound[name][[0, 2]])


def test_its_step_is_in_the_history_and_survives_a_kill(tmp_path):
    class Stop(Exception):
        pass

    class Stopping(Callback):
        def __call__(self, step, parameters):
            if step == 10:
                raise Stop

    def run(*callbacks, resume=None):
        curve = Measurements("test", evaluation(NET, SPLIT, INPUTS), {0, 12})
        try:
            train(ensemble(learning_rates=RATES), training("sgd"), [curve, *callbacks], resume)
        except Stop:
            return None
        path = tmp_path / "history.safetensors"
        save_history(path, [curve], [{"seed": seed} for seed in SEEDS])
        return path

    path = run()
    whole = read_diverged(path)
    assert whole.seed.tolist() == [SEEDS[1]]
    assert 1 <= whole.diverged[0] < 10
    table = read_history(path).query("step == 12").set_index("seed")
    assert table.accuracy.isna().tolist() == [False, True, False]
    state = ResumeState(tmp_path / "state.safetensors", "key")
    state.every = 0.0
    assert run(Stopping(), resume=state) is None
    pd.testing.assert_frame_equal(read_diverged(run(resume=state)), whole)


def test_a_history_without_divergence_names_nobody(tmp_path):
    curve = Measurements("test", evaluation(NET, SPLIT, INPUTS), {0, 12})
    train(ensemble(), training(), [curve])
    save_history(tmp_path / "h.safetensors", [curve], [{"seed": seed} for seed in SEEDS])
    assert read_diverged(tmp_path / "h.safetensors").empty


def test_a_path_over_infinite_loss_has_no_barrier():
    first, second = NET.initialise(SEEDS), NET.initialise([seed + 10 for seed in SEEDS])
    second["weight2"][1] = torch.inf
    line = along(NET, lambda at: between(first, second, at), [0, 0.5, 1], {"test": SPLIT}, INPUTS)
    for column in ("loss", "error"):
        heights = [line[line.member == member][column] for member in range(3)]
        for measure in (barrier, excess):
            found = [measure([0, 0.5, 1], values) for values in heights]
            assert [value != value for value in found] == [False, True, False]


def test_a_diverged_copy_is_not_the_best_of_its_soup():
    copies = {"weight": torch.tensor([[1.0], [torch.nan], [2.0]])}
    scores = torch.tensor([[0.5, torch.nan, 0.7]], dtype=torch.float64)
    soup, chosen = greedy(copies, scores, lambda networks: networks["weight"][:, 0].double() - 1.4)
    assert chosen.tolist() == [[False, False, True]]
    assert soup["weight"].tolist() == [[2.0]]


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.integers(0, 3 * AT_ONCE), min_size=1, max_size=4),
    st.integers(1, 3 * AT_ONCE),
    st.integers(0, 50),
)
@example([AT_ONCE - 1, AT_ONCE, 0], 2 * AT_ONCE, 3)
def test_the_step_is_that_of_the_first_loss_that_is_not_finite(breaks, steps, start):
    watched = Divergence(len(breaks), torch.device("cpu"))
    for step in range(start, start + steps):
        bad = [step - start >= at and (step - start - at) % 3 != 1 for at in breaks]
        watched.watch(step, torch.tensor([torch.inf if each else 1.0 for each in bad]))
    assert watched.steps.tolist() == [start + at if at < steps else NEVER for at in breaks]
    again = Divergence(len(breaks), torch.device("cpu"))
    again.restore(watched.steps)
    again.watch(start + steps, torch.full((len(breaks),), torch.nan))
    expected = [start + min(at, steps) for at in breaks]
    assert again.steps.tolist() == expected
