"""CONTRIBUTING's "Add a study", followed for real with the toy study in tests/workflow/toy."""

import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
import yaml

from tests.operation.versioning import versioned_copy
from tests.operation.versioning.versioned_copy import (
    VersionedCopy,
    commit_the_small_configuration,
)
from tests.workflow.jobs import LEDGER
from tests.workflow.repository_copy import RepositoryCopy, environment
from tests.workflow.toy_study import REGISTRY, add_toy
from workflow_scripts.core.artifacts.atomic import read_json

pytestmark = pytest.mark.workflow

OWN = {"toy_throw": 2, "toy_tables": 1, "toy_claims": 1, "toy_figures": 1}
SHARED = LEDGER
CHECKPOINTS = "results/smoke/toy/checkpoints"


@pytest.fixture(scope="module")
def before(
    finished: RepositoryCopy, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[VersionedCopy]:
    """A finished copy under Git, whose own configuration is the small one, for lottery alone."""
    folder = tmp_path_factory.mktemp("new")
    versioned_copy.SITE["DVC_SITE_CACHE_DIR"] = str(folder / "site")
    copy = VersionedCopy(finished.clone(folder / "repository").root)
    for own in ("dvc.yaml", "dvc.lock"):  # the repository's own snapshot, of another scale
        (copy.root / own).unlink(missing_ok=True)
    copy.git("init", "--quiet", "--initial-branch", "main")
    commit_the_small_configuration(copy)
    copy.commit("A small configuration")
    assert copy.plan().jobs == {}
    yield copy
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def added(before: VersionedCopy) -> VersionedCopy:
    """The same with the toy study, which has not run."""
    add_toy(before)
    changed = subprocess.run(
        ["git", "-c", "safe.directory=*", "diff", "--name-only"],
        cwd=before.root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert changed == [REGISTRY]
    # The tests' small configuration names the studies that run; the shipped one runs all.
    config = before.root / "config/config.yaml"
    content = yaml.safe_load(config.read_text())
    assert content["studies"] == ["lottery"]
    config.write_text(yaml.safe_dump(content | {"studies": ["lottery", "toy"]}, sort_keys=False))
    assert before.plan("toy").jobs == OWN | {"toy": 1}  # the target itself
    assert before.plan().jobs == OWN | SHARED
    return before


@pytest.fixture(scope="module")
def ran(added: VersionedCopy) -> VersionedCopy:
    """The same when the study has run, and everything that concerns it."""
    plan = planned(added)
    added.run("toy", forked=True)
    assert added.plan("toy").jobs == {}
    assert added.plan().jobs == SHARED
    added.run(forked=True)
    assert added.plan().jobs == {}
    assert "toy_throw" in plan
    return added


def execute(copy: RepositoryCopy, *arguments: str) -> str:
    """Run a module of the copy; what it printed."""
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(
        command, cwd=copy.root, env=environment(), capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def planned(copy: RepositoryCopy) -> dict[str, list[str]]:
    """The lines of `make plan PROFILE=profiles/slurm` for a whole run, by their first word."""
    profile = ("--profile", "profiles/slurm", "--forceall")
    printed = execute(copy, "workflow_scripts.operation.plan.show", *profile)
    return {line.split()[0]: line.split() for line in printed.splitlines() if line.strip()}


def test_its_rules_keep_every_contract(added: VersionedCopy) -> None:
    contracts = ("tests/workflow/test_rule_contracts.py", "-k", "toy", "-p", "no:cacheprovider")
    printed = execute(added, "pytest", "-q", *contracts)
    assert " passed" in printed
    assert "Congratulations" in added.run("--lint")


def test_its_claims_and_figure_are_in_the_report(ran: VersionedCopy) -> None:
    ledger = read_json(ran.root / "results/smoke/claims.json")
    (claim,) = [claim for claim in ledger["claims"] if claim["study"] == "toy"]
    page = (ran.root / "results/smoke/report.html").read_text()
    assert claim["sentence"] in page
    assert "Throws of dice" in page
    assert "We throw a die 100 times." in page
    assert "Means of throws" in page
    assert (ran.root / "results/smoke/paper.pdf").is_file()


def test_it_is_planned_and_what_measures_is_sent_to_a_cluster(ran: VersionedCopy) -> None:
    """By the records of the jobs that have run: a throw has an estimate."""
    lines = planned(ran)
    assert lines["toy_throw"][1:4] == ["2", "1", "core"]
    assert lines["toy_throw"][5:8] == ["of", "8", "GB"]
    assert float(lines["toy_throw"][-1]) > 0
    assert "toy_tables" not in lines  # among those that run here
    assert lines["toy"][1] == str(sum(OWN.values()))


def test_its_files_are_versioned(ran: VersionedCopy) -> None:
    ran.succeed("snapshot")
    content = yaml.safe_load((ran.root / "dvc.yaml").read_text())
    outs = [next(iter(out)) for out in content["stages"]["reproduce-smoke"]["outs"]]
    assert CHECKPOINTS in outs
    ran.succeed("check")
    part = ran.root / CHECKPOINTS / "seeds-0-1/means.csv"
    whole = part.read_text()
    part.write_text(f"{whole}fair,7,3.5\n")
    try:
        status, output = ran.make("check")
        assert status != 0
        assert f"{CHECKPOINTS}/seeds-0-1/means.csv" in output
    finally:
        part.write_text(whole)
