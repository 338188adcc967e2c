"""What an edit of code reruns of a run of all studies: what it can touch, and nothing else.

The run that they start from is pretended: its jobs compute nothing (pretended/sitecustomize.py).
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.workflow.repository_copy import RepositoryCopy, environment

pytestmark = pytest.mark.workflow

PRETENDED = "tests/workflow/pretended"
PACKAGE = "workflow_scripts"
OF_THE_WHOLE_RUN = {"ledger", "provenance", "page"}
TRAININGS = {
    "connectivity_averages",
    "connectivity_band",
    "connectivity_copies",
    "connectivity_curve",
    "double_descent_epochs",
    "double_descent_networks",
    "grokking_train",
    "lottery_branch",
    "lottery_control",
    "lottery_dense",
    "lottery_level",
    "lottery_needle",
    "sharpness_train",
}


@pytest.fixture(scope="module")
def pretended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RepositoryCopy]:
    """A copy in which a run of everything has ended. Tests put back what they edit."""
    root = tmp_path_factory.mktemp("pretended") / "repository"
    copy = RepositoryCopy.of_checkout(root, "tests/workflow/everything.yaml")
    with copy.running(PYTHONPATH=str(root / PRETENDED)) as run:
        status, output = run.end()
    assert status == 0, output
    assert copy.plan().jobs == {}
    yield copy
    shutil.rmtree(root)


@pytest.fixture(scope="module")
def all_jobs(pretended: RepositoryCopy) -> dict[str, int]:
    """How many jobs each rule has."""
    return pretended.plan("--forceall").jobs


@contextmanager
def with_files(copy: RepositoryCopy, files: dict[str, str]) -> Iterator[None]:
    """Files that are new, and gone afterwards."""
    paths = [copy.root / PACKAGE / name for name in files]
    try:
        for path, text in zip(paths, files.values(), strict=True):
            assert not path.exists()
            path.write_text(text)
        yield
    finally:
        for path in paths:
            path.unlink(missing_ok=True)


def more(text: str) -> Callable[[str], str]:
    """An edit that adds `text` at the end."""
    return lambda source: f"{source}\n\n{text}\n"


ADDITIONS = {
    "learning/ensemble/losses.py": "def new(logits, targets):\n    return logits.sum()",
    "learning/ensemble/callbacks.py": "class New(Callback):\n    def after(self): ...",
    "learning/ensemble/settings.py": "class New(Settings):\n    size: int = 1\n    '''A size.'''",
    "learning/networks/network.py": "LIMIT = 3\n\n\ndef new(network):\n    return network, LIMIT",
    "learning/data/examples.py": "from pathlib import Path\n\n\nPLACE = Path('new')",
    "core/errors.py": "class New(UserError): ...",
    "core/step.py": "def new(): ...",
    "evidence/statistics/intervals.py": "import math\n\n\ndef new(x):\n    return math.pi * x",
}


def test_what_is_new_in_shared_files_reruns_nothing(pretended: RepositoryCopy) -> None:
    """A function, a class, a loss, a callback, a constant and an import of Python's own."""
    for name, text in ADDITIONS.items():
        with pretended.edited(f"{PACKAGE}/{name}", edit=more(text)):
            assert pretended.plan().jobs == {}, name


NEW_NETWORK = {
    "learning/networks/new_settings.py": """
from typing import Literal

from workflow_scripts.core.settings import Settings


class NewSettings(Settings):
    kind: Literal["new"]
    size: int

    def build(self):
        from workflow_scripts.learning.networks.new import New

        return New(self.size)
""",
    "learning/networks/new.py": """
import torch

from workflow_scripts.learning.networks.network import Network


class New(Network):
    def __init__(self, size):
        self.size = torch.tensor(size)
""",
}


def with_new_network(source: str) -> str:
    """The union of networks with one more."""
    first = "from workflow_scripts."
    name = "from workflow_scripts.learning.networks.new_settings import NewSettings\n"
    assert source.count("MlpSettings |") == 1
    source = source.replace("MlpSettings |", "MlpSettings | NewSettings |")
    return source.replace(first, f"{name}{first}", 1)


def test_a_new_kind_of_network_reruns_nothing(pretended: RepositoryCopy) -> None:
    """A file of its own with settings, one with the network, and a name in the union."""
    union = f"{PACKAGE}/learning/networks/settings.py"
    with (
        with_files(pretended, NEW_NETWORK),
        pretended.edited(union, edit=with_new_network),
    ):
        assert pretended.plan().jobs == {}


def test_a_kind_of_network_reruns_what_is_trained_with_it(
    pretended: RepositoryCopy, all_jobs: dict[str, int]
) -> None:
    def edit(source: str) -> str:
        return source.replace("EPSILON = 1e-5", "EPSILON = 2e-5")

    with pretended.edited(f"{PACKAGE}/learning/networks/residual.py", edit=edit):
        plan = pretended.plan()
    assert plan.jobs["double_descent_networks"] == all_jobs["double_descent_networks"]
    assert plan.jobs["lottery_dense"] == 1  # of the five chains
    assert "sharpness_train" not in plan.jobs
    assert "grokking_train" not in plan.jobs


def test_a_new_field_in_a_studys_settings_reruns_that_study(
    pretended: RepositoryCopy, all_jobs: dict[str, int]
) -> None:
    def edit(source: str) -> str:
        old = "class Generalisation(Settings):\n"
        return source.replace(old, f"{old}    new: int = 1\n")

    with pretended.edited(f"{PACKAGE}/studies/grokking/settings.py", edit=edit):
        plan = pretended.plan()
    assert plan.jobs["grokking_train"] == all_jobs["grokking_train"]
    assert {rule for rule in plan.jobs if not rule.startswith("grokking_")} <= OF_THE_WHOLE_RUN


def test_the_training_loop_reruns_every_training(
    pretended: RepositoryCopy, all_jobs: dict[str, int]
) -> None:
    loop = f"{PACKAGE}/learning/ensemble/trainer.py"
    with pretended.edited(loop, edit=with_a_line_in_train):
        plan = pretended.plan()
    assert {rule: plan.jobs.get(rule) for rule in TRAININGS} == {r: all_jobs[r] for r in TRAININGS}
    kept = {rule for rule in all_jobs if rule.startswith(("data_", "hopfield_"))}
    assert kept
    assert not kept & set(plan.jobs)


def with_a_line_in_train(source: str) -> str:
    """One more statement in the training loop."""
    head, _, body = source.partition("\ndef train(")
    signature, _, rest = body.partition(":\n    ")
    return f"{head}\ndef train({signature}:\n    edited = True\n    {rest}"


def test_why_names_the_definition_that_moved(pretended: RepositoryCopy) -> None:
    """With the line that is new, and each rule whose jobs it concerns."""
    loop = f"{PACKAGE}/learning/ensemble/trainer.py"
    with pretended.edited(loop, edit=with_a_line_in_train):
        printed = why(pretended, "lottery_dense")
    start = printed.index("learning/ensemble/trainer.py:train is another")
    assert printed[start + 1] == "    concerns lottery_dense (5)"
    assert "    +    edited = True" in printed[start:]
    assert not [line for line in why(pretended, "lottery_dense") if line.endswith(" is another")]


def why(copy: RepositoryCopy, target: str) -> list[str]:
    """What `make why` prints, for the settings of the copy's run."""
    command = [sys.executable, "-m", "workflow_scripts.operation.verification.why"]
    finished = subprocess.run(
        [*command, "--scale", "smoke", target],
        cwd=copy.root,
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert finished.returncode in (0, 1), finished.stderr
    return [line for line in finished.stdout.splitlines() if "setting device" not in line]


def test_the_code_of_a_run_is_kept(pretended: RepositoryCopy) -> None:
    kept = pretended.files("*.json.gz")
    assert {Path(path).parent.as_posix() for path in kept} >= {
        "results/smoke/logs/keys",
        "results/smoke/lottery/logs/keys",
        "results/data/logs/keys",
    }
