"""The papers' own networks and data: planned as they are, run for real with a few steps."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workflow.paper_in_little import in_little
from tests.workflow.repository_copy import CHECKOUT, RepositoryCopy
from workflow_scripts.core.artifacts.atomic import read_json
from workflow_scripts.core.artifacts.checkpoints import load_checkpoint
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.operation.configuration.settings import STUDIES
from workflow_scripts.operation.plan.kept import PATH

pytestmark = pytest.mark.workflow

CHECKPOINTS = "results/paper/lottery/checkpoints"
LOTTERY_ONLY = "lottery-only.yaml"
SHARPNESS = "results/paper/sharpness/checkpoints"
GROKKING = "results/paper/grokking/checkpoints"
# Stem 464, stages 14,016, 51,648 and 205,696 with their 1 × 1 shortcuts, linear layer 650: the
# 0.27 million of He et al. 2016, table 6.
RESNET_20 = 464 + 14_016 + 51_648 + 205_696 + 650
LENET_300_100 = 266_610
# Nanda et al. 2023 at p = 113: embedding of 114 symbols and 3 positions, four matrices of
# attention, two layers of 512 hidden units with biases, unembedding of 113 answers.
TRANSFORMER = 114 * 128 + 3 * 128 + 4 * 128 * 128 + 2 * 128 * 512 + 512 + 128 + 128 * 113


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RepositoryCopy]:
    """A copy in which all that trains and measures has run at the paper scale, in little.

    Lottery to its end. On so few examples the measurements of the others are all alike, and there
    is nothing for claims and figures to tell apart; those do not depend on the scale.
    """
    root = tmp_path_factory.mktemp("paper") / "repository"
    copy = in_little(root)
    (root / LOTTERY_ONLY).write_text("studies: [lottery]\n")
    tables = (f"{study}_tables" for study in STUDIES if study != "lottery")
    copy.run("lottery", *tables, forked=True)
    copy.run(configfiles=(LOTTERY_ONLY,), forked=True)
    yield copy
    shutil.rmtree(root)


def size(path: Path) -> int:
    """Numbers in one member's parameters."""
    arrays, _ = load_checkpoint(path)
    return sum(array[0].size for array in arrays.values())


def test_the_networks_are_the_papers_own(paper: RepositoryCopy) -> None:
    dense = "seeds-0-1/dense/trained.safetensors"
    assert size(paper.root / CHECKPOINTS / "lenet" / dense) == LENET_300_100
    assert size(paper.root / CHECKPOINTS / "resnet" / dense) == RESNET_20
    assert size(paper.root / SHARPNESS / "medium/seeds-0-0/end.safetensors") == RESNET_20
    assert size(paper.root / GROKKING / "main/seeds-0-0/trained.safetensors") == TRANSFORMER


def test_it_was_trained_pruned_and_trained_again(paper: RepositoryCopy) -> None:
    for rewind in (0, 2):
        mask = f"resnet/seeds-0-1/rewind-{rewind}/level-1/mask.safetensors"
        masks, _ = load_checkpoint(paper.root / CHECKPOINTS / mask)
        kept = sum(int(array[0].sum()) for array in masks.values())
        total = sum(array[0].size for array in masks.values())
        assert kept / total == pytest.approx(0.8, abs=0.001)


def test_it_ends_in_claims_and_a_report(paper: RepositoryCopy) -> None:
    ledger = read_json(paper.root / "results/paper/claims.json")
    assert ledger["scale"] == "paper"
    assert len(ledger["claims"]) == 8
    assert (paper.root / "results/paper/report.html").exists()
    assert paper.plan(configfiles=(LOTTERY_ONLY,)).jobs == {}


@pytest.mark.parametrize("study", STUDIES)
def test_every_study_trains_and_measures(paper: RepositoryCopy, study: str) -> None:
    tables = list((paper.root / f"results/paper/{study}/tables").glob("*.csv"))
    assert tables
    assert all(len(path.read_text().splitlines()) > 1 for path in tables)


def test_the_real_configuration_has_the_papers_numbers(paper: RepositoryCopy) -> None:
    """Frankle & Carbin 2019 (LeNet) and Frankle et al. 2020 (ResNet-20)."""
    chains = load_configuration(paper.root / "config", {"scale": "paper"}).lottery.chains
    lenet, resnet = chains["lenet"], chains["resnet"]
    assert (lenet.training.steps, lenet.training.batch_size, lenet.sample.train) == (
        50_000,
        60,
        55_000,
    )
    assert (resnet.sample.dataset, resnet.sample.train) == ("cifar-10", 45_000)
    assert (resnet.training.steps, resnet.training.batch_size) == (63_000, 128)


def share_counts(root: Path) -> None:
    """What plans in a copy count is kept with the checkout, and what was counted there is known.

    To count builds half a minute of networks. It is kept under a digest of the code that counts.
    """
    here, shared = (root / PATH).parent, (CHECKOUT / PATH).parent
    if not here.exists():
        shared.mkdir(parents=True, exist_ok=True)
        here.parent.mkdir(exist_ok=True)
        here.symlink_to(shared, target_is_directory=True)


def planned(paper: RepositoryCopy, *settings: str) -> str:
    """What the plan of the real configuration prints, of a whole run through the profile."""
    share_counts(paper.root)
    command = [
        sys.executable,
        "-m",
        "workflow_scripts.operation.plan.show",
        "--profile",
        "profiles/slurm",
    ]
    command += ["--config", "scale=paper", *settings, "--forceall"]
    done = subprocess.run(command, cwd=paper.root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_plan_of_the_real_configuration(paper: RepositoryCopy) -> None:
    """Jobs, hours asked for and a guess of those needed, in a dry run through the profile."""
    printed = planned(paper, "studies=[lottery]")
    lines = {line.split()[0]: line.split() for line in printed.splitlines() if line.strip()}
    # Of two batches of seeds 20 levels of LeNet and 3 × 16 of ResNet-20.
    level = lines["lottery_level"]
    assert level[:4] == ["lottery_level", "136", "1", "GPU"]
    assert 2.6 < float(level[4]) < float(level[6])  # GB needed, from shapes, and requested
    hours, asked, likely = (
        float(number.replace(",", "")) for number in level[8::1] if number != "h"
    )
    assert asked == 136 * hours
    assert 1 < likely < asked  # from the records of a laptop
    assert "lottery_tables" not in lines
    assert "9 that run here" in printed
    assert "of which the profile sends 179 to SLURM" in printed
    assert "no GPU job is recorded yet" in " ".join(printed.split())


def test_the_plan_says_what_each_study_will_probably_cost(paper: RepositoryCopy) -> None:
    lines = [line.split() for line in planned(paper).splitlines()]
    hours = {
        line[0]: [float(number.replace(",", "")) for number in line[-2:]]  # of cores, of GPUs
        for line in lines
        if line and line[0] in STUDIES
    }
    assert {*STUDIES} == set(hours)
    assert min(map(sum, hours.values())) > 0
