"""Code keys see all code that runs: shown by a run of all studies, twice.

In one run each job writes down which functions of the package it calls; in the other each imports
no more of the package than its key covers (traced/sitecustomize.py, cut/sitecustomize.py).
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workflow.repository_copy import RepositoryCopy, environment
from workflow_scripts.core.code_key import DOCUMENTED, kinds_in, reached

pytestmark = pytest.mark.workflow

EVERYTHING = "tests/workflow/everything.yaml"
TRACE = "NICE_TO_KNOW_TRACE"
# What tells how long jobs took and when, not what came out.
TIMED = ("logs", "benchmarks", "provenance.json", "report.html")


def run_with(folder: str, copy: RepositoryCopy, **variables: str) -> None:
    """Run everything; each job's Python runs `folder`/sitecustomize.py first."""
    path = str(copy.root / "tests/workflow" / folder)
    finished = subprocess.run(
        copy.command(),
        cwd=copy.root,
        env=environment() | variables | {"PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert finished.returncode == 0, finished.stdout


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RepositoryCopy]:
    """A run of everything in which each job says what it calls, in files below `trace`."""
    root = tmp_path_factory.mktemp("traced") / "repository"
    copy = RepositoryCopy.of_checkout(root, EVERYTHING)
    (root / "trace").mkdir()
    run_with("traced", copy, **{TRACE: str(root / "trace")})
    yield copy
    shutil.rmtree(root)


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RepositoryCopy]:
    """A run of everything in which what a job's key does not cover does not exist."""
    root = tmp_path_factory.mktemp("cut") / "repository"
    copy = RepositoryCopy.of_checkout(root, EVERYTHING)
    run_with("cut", copy)
    yield copy
    shutil.rmtree(root)


def results(copy: RepositoryCopy) -> dict[str, str]:
    """Digests of all that was computed."""
    files = [path for path in copy.files("*") if (copy.root / path).is_file()]
    return copy.digests(*(f for f in files if not set(TIMED) & set(Path(f).parts)))


def test_a_run_with_the_code_of_the_keys_alone_gives_equal_bits(
    traced: RepositoryCopy, cut: RepositoryCopy
) -> None:
    """Whatever were missing would be a NameError, or make a difference."""
    expected = results(traced)
    assert len(expected) > 200
    assert results(cut) == expected


def test_no_function_runs_that_a_key_does_not_cover(traced: RepositoryCopy) -> None:
    jobs, functions = 0, 0
    for file in sorted((traced.root / "trace").iterdir()):
        first, *lines = file.read_text().splitlines()
        covered, script = definitions_of(traced.root / "workflow_scripts", json.loads(first))
        called = {(name.partition(":")[0] or script, name.partition(":")[2]) for name in lines}
        outside = {
            f"{place}:{name}"
            for place, name in called
            if not name.startswith("<") and (place, name.partition(".")[0]) not in covered
        }
        assert not outside, script
        jobs, functions = jobs + 1, functions + len(called)
    assert jobs == sum(traced.plan("--forceall").jobs.values())
    assert functions > 50 * jobs


def definitions_of(root: Path, job: dict[str, dict[str, str]]) -> tuple[set[tuple[str, str]], str]:
    """Files and names of what a job's key covers, and the job's script."""
    (name,) = job["code"]
    first = name.split(" + ")[0]
    script = first.removesuffix(DOCUMENTED)
    closure = reached(root, script, kinds_in(job["cfg"]), script != first)
    found = {(m.file, name) for m, units in closure.modules for u in units for name in u.binds}
    return found, script
