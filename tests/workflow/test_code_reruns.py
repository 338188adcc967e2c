"""What an edit of code reruns of a run of all studies: what it can touch, and nothing else."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.workflow.repository_copy import RepositoryCopy, environment

pytestmark = pytest.mark.workflow

PACKAGE = "workflow_scripts"
OF_THE_WHOLE_RUN = {"ledger", "provenance", "page", "paper"}
TRAININGS = {
    "connectivity_averages",
    "connectivity_band",
    "connectivity_copies",
    "connectivity_curve",
    "connectivity_ends",
    "connectivity_parted",
    "double_descent_epochs",
    "double_descent_networks",
    "grokking_images",
    "grokking_train",
    "lottery_branch",
    "lottery_control",
    "lottery_dense",
    "lottery_level",
    "lottery_needle",
    "sharpness_train",
}


@pytest.fixture(scope="module")
def whole(
    everything: RepositoryCopy, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RepositoryCopy]:
    """A run of everything. Tests put back what they edit, and run nothing in it."""
    root = tmp_path_factory.mktemp("whole") / "repository"
    copy = everything.clone(root)
    assert copy.plan().jobs == {}
    yield copy
    shutil.rmtree(root)


@pytest.fixture(scope="module")
def all_jobs(whole: RepositoryCopy) -> dict[str, int]:
    """How many jobs each rule has."""
    return whole.plan("--forceall").jobs


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
    "learning/data/examples.py": "import textwrap\n\n\nNEW = textwrap.dedent",
    "core/errors.py": "class New(UserError): ...",
    "core/step.py": "def new(): ...",
    "evidence/statistics/intervals.py": "import cmath\n\n\ndef new(x):\n    return cmath.pi * x",
}


def test_what_is_new_in_shared_files_reruns_nothing(whole: RepositoryCopy) -> None:
    """A function, a class, a loss, a callback, a constant and an import of Python's own.

    All at once: of what together reruns nothing, none does alone.
    """
    with ExitStack() as edits:
        for name, text in ADDITIONS.items():
            edits.enter_context(whole.edited(f"{PACKAGE}/{name}", edit=more(text)))
        assert whole.plan().jobs == {}


NEW_KIND = {
    "learning/new_settings.py": """
from typing import Literal

from workflow_scripts.core.settings import Settings


class NewSettings(Settings):
    kind: Literal["quite-new"]
    size: int

    def build(self):
        from workflow_scripts.learning.new import New

        return New(self.size)
""",
    "learning/new.py": """
import torch


class New:
    def __init__(self, size):
        self.size = torch.tensor(size)
""",
}
UNIONS = {
    "network": ("learning/networks/settings.py", "MlpSettings"),
    "network of pairs": ("learning/networks/pair_settings.py", "PairMlpSettings"),
    "optimiser": ("learning/ensemble/settings.py", "Sgd"),
    "schedule": ("learning/ensemble/settings.py", "Constant"),
    "treatment of gradients": ("learning/ensemble/settings.py", "OrthogonalSettings"),
    "loss": ("learning/ensemble/loss_settings.py", "CrossEntropySettings"),
    "data set that is read": ("learning/data/formats/kinds.py", "FashionMnistFormat"),
    "data set that is fetched": ("learning/data/settings.py", "FashionMnist"),
    "data set that is generated": ("learning/data/settings.py", "Mnist1d"),
}


@pytest.mark.parametrize(("path", "first"), UNIONS.values(), ids=UNIONS.keys())
def test_a_new_kind_reruns_nothing(whole: RepositoryCopy, path: str, first: str) -> None:
    """A file of its own with settings, one with what they build, and a name in the union."""

    def edit(source: str) -> str:
        assert source.count(f"{first} |") == 1
        source = source.replace(f"{first} |", f"{first} | NewSettings |")
        name = "from workflow_scripts.learning.new_settings import NewSettings\n"
        return source.replace("from workflow_scripts.", f"{name}from workflow_scripts.", 1)

    with with_files(whole, NEW_KIND), whole.edited(f"{PACKAGE}/{path}", edit=edit):
        assert whole.plan().jobs == {}


def test_a_kind_of_network_reruns_what_is_trained_with_it(
    whole: RepositoryCopy, all_jobs: dict[str, int]
) -> None:
    def edit(source: str) -> str:
        return source.replace("EPSILON = 1e-5", "EPSILON = 2e-5")

    with whole.edited(f"{PACKAGE}/learning/networks/residual.py", edit=edit):
        plan = whole.plan()
    assert plan.jobs["double_descent_epochs"] == all_jobs["double_descent_epochs"]
    assert plan.jobs["lottery_dense"] == 1  # of the five chains
    assert "sharpness_train" not in plan.jobs
    assert not {"double_descent_networks", "grokking_train"} & plan.jobs.keys()


def test_a_new_field_in_a_studys_settings_reruns_that_study(
    whole: RepositoryCopy, all_jobs: dict[str, int]
) -> None:
    def edit(source: str) -> str:
        old = "class Generalisation(Settings):\n"
        return source.replace(old, f"{old}    new: int = 1\n")

    with whole.edited(f"{PACKAGE}/studies/grokking/settings.py", edit=edit):
        plan = whole.plan()
    assert plan.jobs["grokking_train"] == all_jobs["grokking_train"]
    assert {rule for rule in plan.jobs if not rule.startswith("grokking_")} <= OF_THE_WHOLE_RUN


def test_the_training_loop_reruns_every_training(
    whole: RepositoryCopy, all_jobs: dict[str, int]
) -> None:
    loop = f"{PACKAGE}/learning/ensemble/trainer.py"
    with whole.edited(loop, edit=with_a_line_in_train):
        plan = whole.plan()
    assert {rule: plan.jobs.get(rule) for rule in TRAININGS} == {r: all_jobs[r] for r in TRAININGS}
    kept = {rule for rule in all_jobs if rule.startswith(("data_", "hopfield_"))}
    assert kept
    assert not kept & set(plan.jobs)


def with_a_line_in_train(source: str) -> str:
    """One more statement in the training loop."""
    head, _, body = source.partition("\ndef train(")
    signature, _, rest = body.partition(":\n    ")
    return f"{head}\ndef train({signature}:\n    edited = True\n    {rest}"


def test_why_names_the_definition_that_moved(
    whole: RepositoryCopy, all_jobs: dict[str, int]
) -> None:
    """With the line that is new, and each rule whose jobs it concerns."""
    loop = f"{PACKAGE}/learning/ensemble/trainer.py"
    with whole.edited(loop, edit=with_a_line_in_train):
        printed = why(whole, "lottery_dense")
    start = printed.index("learning/ensemble/trainer.py:train has changed")
    assert printed[start + 1] == f"    concerns lottery_dense ({all_jobs['lottery_dense']})"
    assert "    +    edited = True" in printed[start:]
    # Without the edit only what this run's own file of settings sets is another.
    assert not [line for line in why(whole, "lottery_dense") if ".py" in line]


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
    return finished.stdout.splitlines()


def test_the_code_of_a_run_is_kept(whole: RepositoryCopy) -> None:
    kept = whole.files("*.json.gz")
    assert {Path(path).parent.as_posix() for path in kept} >= {
        "results/smoke/logs/keys",
        "results/smoke/lottery/logs/keys",
        "results/data/logs/keys",
    }
