"""What a user gets for a slip: one clear line that names it, no traceback, nothing run."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.workflow.repository_copy import RepositoryCopy

pytestmark = pytest.mark.workflow


@contextmanager
def configfile(copy: RepositoryCopy, text: str) -> Iterator[str]:
    """A configuration file of the user's own."""
    (copy.root / "mine.yaml").write_text(text)
    try:
        yield "mine.yaml"
    finally:
        (copy.root / "mine.yaml").unlink()


def clear_line(copy: RepositoryCopy, *arguments: str, configfiles: tuple[str, ...] = ()) -> str:
    """The one line of a refused run that says what is wrong."""
    status, output = copy.snakemake(*arguments, configfiles=configfiles)
    assert status != 0
    assert "Traceback" not in output
    assert "Job stats" not in output
    lines = output.splitlines()
    ours = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    if ours:
        (only,) = ours
        return only
    (error,) = [number for number, line in enumerate(lines) if "Error" in line or "Exc" in line]
    return lines[error + 1]


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("studies=[lotery]", ["studies", "'lotery'", "did you mean 'lottery'?"]),
        ("scale=smok", ["scale", "'smok'", "did you mean 'smoke'?"]),
        ("devise=cpu", ["devise", "unknown key", "did you mean 'device'?"]),
        ("lottery={chains: {lenet: {levles: 3}}}", ["lottery.chains.lenet.levles", "'levels'?"]),
        ("lottery={chains: {lenet: {levels: many}}}", ["lottery.chains.lenet.levels", "'many'"]),
        ("lottery={chains: {lenet: {levels: -1}}}", ["lottery.chains.lenet.levels", "-1"]),
        ("lottery={main: lennet}", ["main", "'lennet'"]),
    ],
)
def test_a_slip_on_the_command_line(
    finished: RepositoryCopy, setting: str, words: list[str]
) -> None:
    line = clear_line(finished, "--config", setting)
    assert line.startswith("the command line: ")
    for word in words:
        assert word in line


def test_a_slip_in_a_file(finished: RepositoryCopy) -> None:
    def slip(text: str) -> str:
        return text.replace("batch_size: 60", "batch_siz: 60", 1)

    with finished.edited("config/lottery.yaml", edit=slip):
        line = clear_line(finished)
    assert line.startswith("config/lottery.yaml: chains.lenet.training.batch_siz: unknown key")
    assert "did you mean 'batch_size'?" in line


def test_a_file_that_is_no_yaml(finished: RepositoryCopy) -> None:
    with finished.edited("config/lottery.yaml", edit=lambda text: text + "main: [lenet\n"):
        line = clear_line(finished)
    assert "config/lottery.yaml" in line
    assert "line " in line


LENET = "lottery/checkpoints/lenet/seeds-0-1"
# A file that no setting asks for, although some rule could write it, and what there is instead.
NO_TARGETS = {
    "lottery/checkpoints/lenett/seeds-0-1/dense/trained.safetensors": "lenet, lenet-eighth, ",
    "lottery/checkpoints/lenet/seeds-1-0/dense/trained.safetensors": "seeds-0-1",
    "lottery/checkpoints/lenet/seeds-0-4/dense/trained.safetensors": "seeds-0-1",
    f"{LENET}/rewind-5/level-1/trained.safetensors": "controls, dense, ",  # that of another chain
    f"{LENET}/rewind-0/level-9/trained.safetensors": "level-1, level-2",
    f"{LENET}/controls/level-9/history.safetensors": "level-",
    f"{LENET}/long/trainings-7/trained.safetensors": "",
    "lottery/checkpoints/resnet/seeds-0-1/branch-3/trained.safetensors": "branch-",
    "lottery/checkpoints/resnet/seeds-0-1/controls/level-1/history.safetensors": "branch-",
    "lottery/tables/curve.csv": "barriers.csv, curves.csv, ",
    "ntk/checkpoints/seeds-9-9/layers-2.csv": "seeds-",
    "hopfield/checkpoints/seeds-0-1/capacity-7.csv": "",
    "sharpness/figure.svg": "checkpoints, claims.json, ",
    "nothing.csv": "approximation, ",
}


@pytest.mark.parametrize(("target", "there"), NO_TARGETS.items(), ids=NO_TARGETS)
def test_a_target_that_the_settings_do_not_have(
    finished: RepositoryCopy, target: str, there: str
) -> None:
    path = f"results/smoke/{target}"
    line = clear_line(finished, path)
    assert line.startswith(f"{path} is no file or rule of these settings: results/smoke")
    assert f" has {there}" in line


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["results/laptop/claims.csv"], "results has smoke"),
        (["results/smoke/lottery"], "is a folder: name a file in it, or a rule"),
        (["--omit-from", "lotery"], "lotery is no file or rule of these settings: . has "),
        (["--until", "results/smoke/lottery/tables/curve.csv"], "has barriers.csv, "),
        (["--forcerun", f"results/smoke/{LENET}/rewind-0/level-9/mask.safetensors"], "level-1, "),
    ],
)
def test_what_no_settings_have_is_refused_wherever_it_is_named(
    finished: RepositoryCopy, arguments: list[str], words: str
) -> None:
    assert words in clear_line(finished, *arguments)


def test_every_file_of_the_settings_is_a_target(finished: RepositoryCopy) -> None:
    made = [path for job in finished.made() for path in job.outputs]
    assert len(made) > 20
    assert finished.plan(*made).jobs == {}


def test_another_folder(finished: RepositoryCopy) -> None:
    elsewhere = finished.root / "elsewhere"
    elsewhere.mkdir()
    try:
        line = clear_line(finished, "--directory", elsewhere.name)
    finally:
        shutil.rmtree(elsewhere)
    assert line == f"this workflow runs in its own folder, not in {elsewhere}: cd {finished.root}"


def test_an_unknown_target(finished: RepositoryCopy) -> None:
    line = clear_line(finished, "lotery")
    assert line == "No rule to produce lotery; did you mean 'lottery'?"


def test_the_gpu_by_another_name(finished: RepositoryCopy) -> None:
    assert clear_line(finished, "--config", "device=gpu").endswith("(it is 'gpu'); write 'cuda'")


def test_a_target_after_the_settings(finished: RepositoryCopy) -> None:
    line = clear_line(finished, "--dry-run", "--config", "scale=smoke", "lottery")
    assert line.startswith("lottery stands after --config, which takes key=value only: write ")
    assert "`snakemake lottery --dry-run --config scale=smoke --configfile " in line


def test_a_dotted_setting_is_taken(finished: RepositoryCopy) -> None:
    dotted = finished.plan("--config", "lottery.chains.lenet.levels=1").jobs
    assert dotted
    assert dotted == finished.plan("--config", "lottery={chains: {lenet: {levels: 1}}}").jobs


def test_every_target_is_described_in_a_sentence(finished: RepositoryCopy) -> None:
    lines = finished.run("--list").splitlines()[1:]
    described = dict(re.fullmatch(r"(\w+) \((.*\.)\)", line).groups() for line in lines)
    assert {"all", "claims", "report", "lottery", "lottery_dense"} <= set(described)
    assert described["lottery"] == "Winning tickets: train, measure, decide the claims, draw."
