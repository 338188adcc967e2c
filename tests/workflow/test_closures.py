"""Code keys see all code that runs: shown by a run of all studies, and by its jobs once more.

In the run each job has written down which functions of the package it calls. Then jobs run again
that import no more of the package than their key covers (cut/sitecustomize.py).
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.workflow.instrumented import TRACES
from tests.workflow.repository_copy import RepositoryCopy
from workflow_scripts.core.code_key import DOCUMENTED, JOIN, kinds_in, reached
from workflow_scripts.core.reach.closure import is_own
from workflow_scripts.core.record import read_record

pytestmark = pytest.mark.workflow

# What tells how long jobs took and when, not what came out.
TIMED = {"logs", "benchmarks", "provenance.json", "report.html", "paper.pdf"}


@pytest.fixture(scope="module")
def cut(
    everything: RepositoryCopy, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RepositoryCopy]:
    """A copy in which one job of each code key has run again where no other code exists."""
    root = tmp_path_factory.mktemp("cut") / "repository"
    copy = everything.clone(root)
    by_key = {(job.rule, code_key_of(root / job.log)): job for job in copy.made()}
    assert {job.rule for job in by_key.values()} == set(copy.plan("--forceall").jobs)
    for data in (True, False):  # data sets first, or all that reads them would run again too
        jobs = [job for job in by_key.values() if job.rule.startswith("data_") == data]
        copy.run(*copy.lose(jobs), forked=True, PYTHONPATH=str(root / "tests/workflow/cut"))
    for job in by_key.values():
        assert (root / job.log).stat().st_mtime > (everything.root / job.log).stat().st_mtime
    yield copy
    shutil.rmtree(root)


def code_key_of(log: Path) -> str:
    """The code key of the job that wrote a log."""
    ((_, key),) = read_record(log)["params"]["code"].items()
    return key


def results(copy: RepositoryCopy) -> dict[str, str]:
    """Digests of all that was computed."""
    files = [path for path in copy.files("*") if (copy.root / path).is_file()]
    computed = [path for path in files if not TIMED & set(Path(path).parts)]
    return copy.digests(*computed)


def test_a_run_with_the_code_of_the_keys_alone_gives_equal_bits(
    everything: RepositoryCopy, cut: RepositoryCopy
) -> None:
    """Whatever were missing would be a NameError, or make a difference."""
    expected = results(everything)
    assert len(expected) > 200
    assert results(cut) == expected


def test_no_function_runs_that_a_key_does_not_cover(everything: RepositoryCopy) -> None:
    jobs, functions = 0, 0
    for file in sorted((everything.root / TRACES).iterdir()):
        first, *lines = file.read_text().splitlines()
        covered, script = definitions_of(everything.root / "workflow_scripts", json.loads(first))
        called = {(name.partition(":")[0] or script, name.partition(":")[2]) for name in lines}
        outside = {
            f"{place}:{name}"
            for place, name in called
            # A template counts as text.
            if place.endswith(".py")
            and not is_own(place)
            and not name.startswith("<")
            and (place, name.partition(".")[0]) not in covered
        }
        assert not outside, script
        jobs, functions = jobs + 1, functions + len(called)
    assert jobs == len(list(everything.root.glob("results/**/logs/**/*.log")))
    assert functions > 50 * jobs


def definitions_of(root: Path, job: dict[str, Any]) -> tuple[set[tuple[str, str]], str]:
    """Files and names of what a job's key covers, and the job's script."""
    (name,) = job["code"]
    first = name.split(JOIN)[0]
    script = first.removesuffix(DOCUMENTED)
    closure = reached(root, script, kinds_in(job["cfg"]), script != first)
    found = {(m.file, name) for m, units in closure.modules for u in units for name in u.binds}
    return found, script
