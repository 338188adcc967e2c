"""A run that is killed or interrupted: nothing half-written, and the next run ends the same."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

from tests.workflow.long_training import (
    LONG,
    OFTEN,
    OUTPUTS,
    assert_resumed,
    in_the_middle,
    lengthen,
    undisturbed_digests,
)
from tests.workflow.repository_copy import RepositoryCopy, Running

pytestmark = pytest.mark.workflow

STEPS = 800


@pytest.fixture(scope="module")
def undisturbed(
    finished: RepositoryCopy, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """What the long training ends with when nothing disturbs it."""
    copy = finished.clone(tmp_path_factory.mktemp("undisturbed") / "repository")
    return undisturbed_digests(copy, STEPS)


@contextmanager
def training(clone: RepositoryCopy) -> Iterator[Running]:
    """The long training, in its middle: snapshots and measurements are in its saved state."""
    lengthen(clone, STEPS)
    with clone.running(OUTPUTS[0], configfiles=(LONG,), **OFTEN) as running:
        running.wait_for(in_the_middle(clone))
        yield running


def assert_nothing_half_written(clone: RepositoryCopy) -> None:
    """No output is there, whole or in part; a killed save may leave a part of the state."""
    for output in OUTPUTS:
        assert not (clone.root / output).exists()
    assert all("/..resume-" in path for path in clone.files("*.part"))


def assert_recovers(clone: RepositoryCopy, undisturbed: dict[str, str]) -> None:
    """The next run goes on where the killed one was, and ends with the same bits."""
    clone.run(OUTPUTS[0], configfiles=(LONG,), forked=True)
    assert_resumed(clone)
    assert clone.digests(*OUTPUTS) == undisturbed
    assert not clone.files(".resume-*.safetensors")


def test_kill_9_of_a_training_job(clone: RepositoryCopy, undisturbed: dict[str, str]) -> None:
    with training(clone) as running:
        running.job("dense.py").kill()
        status, output = running.end()
    assert status != 0
    assert "died with <Signals.SIGKILL: 9>" in output
    assert_nothing_half_written(clone)
    assert_recovers(clone, undisturbed)
    assert clone.plan(OUTPUTS[0], configfiles=(LONG,)).jobs == {}


def test_kill_9_of_everything(clone: RepositoryCopy, undisturbed: dict[str, str]) -> None:
    with training(clone) as running:
        tree = running.tree()
        for process in tree:
            process.kill()
        psutil.wait_procs(tree)
        running.end()
    assert_nothing_half_written(clone)
    status, output = clone.snakemake(OUTPUTS[0], configfiles=(LONG,))
    assert status != 0
    assert "--unlock" in output
    clone.run("--unlock")
    assert_recovers(clone, undisturbed)


def test_control_c(clone: RepositoryCopy, undisturbed: dict[str, str]) -> None:
    with training(clone) as running:
        os.killpg(running.process.pid, signal.SIGINT)
        status, output = running.end()
    assert status != 0
    assert "interrupted: run the same command again to continue" in output
    assert "Traceback" not in output
    assert_nothing_half_written(clone)
    assert_recovers(clone, undisturbed)


CONTROLS = "results/smoke/lottery/checkpoints/lenet/seeds-0-1/controls/level-1"
HISTORY = f"{CONTROLS}/history.safetensors"
ARMS = ("reinitialised", "shuffled", "random", "one-shot", "fine-tuned", "fine-tuned-random")


def with_arms(copy: RepositoryCopy, *arms: str) -> str:
    """Settings by which the controls of level 1 are these and take long."""
    levels = ", ".join(f"{arm}: {[1] if arm in arms else []}" for arm in ARMS)
    training = "chains: {lenet: {training: {steps: 200}}}"
    (copy.root / "arms.yaml").write_text(f"lottery: {{{training}, controls: {{{levels}}}}}\n")
    return "arms.yaml"


def test_a_control_whose_arms_are_others_does_not_go_on(clone: RepositoryCopy) -> None:
    """Not from a state of other arms, though there are as many: arms are no setting of the job."""
    long = with_arms(clone, "one-shot", "random")
    clone.run(HISTORY, configfiles=(long,), forked=True)
    with_arms(clone, "one-shot", "shuffled")
    clone.run(HISTORY, configfiles=(long,), forked=True)
    undisturbed = clone.digests(HISTORY)
    (clone.root / HISTORY).unlink()
    with_arms(clone, "one-shot", "random")
    with clone.running(HISTORY, configfiles=(long,), **OFTEN) as running:
        state = f"{CONTROLS}/.resume-history.safetensors"
        running.wait_for(in_the_middle(clone, state, 20))
        running.job("control.py").kill()
        running.end()
    assert clone.files(".resume-*")
    with_arms(clone, "one-shot", "shuffled")
    clone.run(HISTORY, configfiles=(long,), forked=True)
    log = clone.root / "results/smoke/lottery/logs/control/lenet.seeds-0-1.level-1.log"
    assert "belongs to another job" in log.read_text()
    assert clone.digests(HISTORY) == undisturbed
