"""The committed profile, and the document about it, are what the plan says."""

import shutil
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pytest

from tests.workflow.repository_copy import CHECKOUT
from workflow_scripts.operation.configuration.settings import STUDIES
from workflow_scripts.operation.plan import profile
from workflow_scripts.operation.plan.estimate import estimate, read_finished
from workflow_scripts.operation.plan.jobs import PlannedJob
from workflow_scripts.operation.plan.kept import kept
from workflow_scripts.operation.plan.needs import Need, complaints, need_of

pytestmark = pytest.mark.workflow


@pytest.fixture(scope="module")
def planned() -> Iterator[list[PlannedJob]]:
    """All jobs of the paper scale, as the committed profile sends them."""
    with chdir(CHECKOUT), kept():
        yield profile.plan()


@pytest.fixture(scope="module")
def needs(planned: list[PlannedJob]) -> list[tuple[PlannedJob, Need]]:
    """Each job, and what it needs by the committed records of the laptop."""
    known = read_finished(CHECKOUT / "results", ["laptop"])
    return [(job, need_of(job, estimate(job, known))) for job in planned]


def test_they_are_current(
    planned: list[PlannedJob], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (profile.PROFILE, profile.DOCUMENT, Path("results/laptop/provenance.json")):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CHECKOUT / path, tmp_path / path)
    monkeypatch.setattr(profile, "plan", lambda: planned)
    for path, text in profile.written(profile.planned(tmp_path), tmp_path).items():
        assert (CHECKOUT / path).read_text(encoding="utf-8") == text, "run `make profile`"


def test_no_job_of_the_paper_scale_exceeds_what_it_requests(
    needs: list[tuple[PlannedJob, Need]],
) -> None:
    assert complaints(needs) == {}


def test_the_largest_jobs_are_those_that_were_found_by_hand(
    needs: list[tuple[PlannedJob, Need]],
) -> None:
    """Measured in a review of the code: GB on the device, or of main memory."""
    most: dict[str, tuple[float, float]] = {}
    for job, need in needs:
        main, gpu = most.get(job.rule, (0.0, 0.0))
        most[job.rule] = max(main, need.main / 1e9), max(gpu, need.gpu / 1e9)
    assert most["sharpness_train"][1] == pytest.approx(37, rel=0.25)
    assert most["sharpness_measure"][1] == pytest.approx(12.6, rel=0.25)
    assert most["ntk_widths"][1] == pytest.approx(12, rel=0.25)
    assert most["hopfield_spheres"][0] == pytest.approx(16 + 2.5, rel=0.25)


def test_every_study_has_a_page_about_its_papers() -> None:
    for study in STUDIES:
        page = CHECKOUT / f"docs/paper-scale/{study}.md"
        assert page.exists(), f"{page.name}: say what is the papers' recipe, what is not, and why"
        lines = page.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("# ")
        assert "| part | here | the paper's | why it differs |" in lines
        rows = [line for line in lines if line.startswith("| ")]
        assert all(line.count(" | ") == 3 for line in rows)
        assert len(rows) > 3
