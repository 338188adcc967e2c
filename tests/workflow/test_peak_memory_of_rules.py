"""The memory of every rule: what a job of a small run held, against what was predicted of it.

The run is one of the paper scale, with its own networks, on fewer examples and seeds and for a few
steps, on which memory does not depend. Of every rule that trains or measures the job runs that is
predicted to hold most, as users have it: in a process of its own, with the state of its training
saved after every step. What is predicted is proportional to what shapes count, at every scale: the
ratio here is that at the paper scale. `test_peak_memory` extrapolates single kinds of memory.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.workflow.paper_in_little import in_little
from tests.workflow.peak.images import SOME
from workflow_scripts.learning.ensemble.resume import SAVE_SECONDS
from workflow_scripts.learning.memory import START
from workflow_scripts.operation.configuration.settings import STUDIES

pytestmark = [pytest.mark.workflow, pytest.mark.thorough]

WITHIN = 0.25
OWN = 0.25 * START
"""Bytes beside those of every process from which on a job says something about its rule."""
LITTLE = {
    "approximation_deep",
    "approximation_identities",
    "approximation_train",
    "connectivity_plane",
    "double_descent_two_scales",
    "focal_identities",
    "hopfield_identities",
    "nas_darts",
    "nas_search",
    "recurrence_identities",
    "recurrence_memory",
}
"""Rules that need little at the paper scale, too: at most half a gigabyte more than a process."""


class Peak(NamedTuple):
    """Bytes of a job."""

    predicted: float
    held: float


@pytest.fixture(scope="module")
def peaks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Peak]]:
    """The peak of the largest job of each rule, by the name of the rule."""
    root, found = (tmp_path_factory.mktemp("peaks") / name for name in ("repository", "found"))
    found.mkdir()
    copy = in_little(root, "memory.yaml", SOME)
    program = [sys.executable, "-m", "tests.workflow.peak.largest"]
    program += [*(f"{study}_tables" for study in STUDIES), "--configfile", copy.configfile]
    said = subprocess.run(program, cwd=root, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    largest = json.loads(said.stdout.splitlines()[-1])
    hooks = {"PYTHONPATH": str(root / "tests/workflow/peak"), "PEAKS": str(found)}
    # What is asked for counts, as on a GPU, even if nothing is ever written there.
    hooks |= {SAVE_SECONDS: "0", "MALLOC_PERTURB_": "1"}
    copy.run(*(output for _, output in largest.values()), **hooks)
    yield {
        rule: Peak(predicted, held(found, output)) for rule, (predicted, output) in largest.items()
    }
    shutil.rmtree(root)


def held(folder: Path, output: str) -> int:
    """What the job held that made a file."""
    return int((folder / output.replace("/", "%")).read_text())


def test_every_job_holds_what_is_predicted_of_it(peaks: Mapping[str, Peak]) -> None:
    ratios = {rule: round(peak.held / peak.predicted, 2) for rule, peak in peaks.items()}
    assert {rule: ratio for rule, ratio in ratios.items() if abs(ratio - 1) > WITHIN} == {}


def test_most_jobs_hold_more_than_a_process_does_anyway(peaks: Mapping[str, Peak]) -> None:
    little = {rule for rule, peak in peaks.items() if peak.predicted - START < OWN}
    assert len(peaks) > 50
    assert little <= LITTLE
