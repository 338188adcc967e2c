"""Edits and moves that mean nothing to any job rerun nothing; the looks of the report one."""

import pytest

from tests.workflow.edits import with_another_docstring, with_changed_definitions, with_comments
from tests.workflow.jobs import PAGES
from tests.workflow.repository_copy import CHECKOUT, RepositoryCopy
from workflow_scripts.core.code_key import JOIN
from workflow_scripts.core.record import read_record

pytestmark = pytest.mark.workflow


def modules() -> list[str]:
    """All Python files of the package."""
    files = (CHECKOUT / "workflow_scripts").rglob("*.py")
    return [str(f.relative_to(CHECKOUT)) for f in files if f.stat().st_size]


def test_comments_docstrings_and_layout_in_every_module(finished: RepositoryCopy) -> None:
    """And a module that nothing imports."""
    # The docstrings that a study's claims.py reaches in its folder are sentences of its claims, see
    # test_reruns.py.
    sentences = "workflow_scripts/studies/lottery/"
    documented = [module for module in modules() if not module.startswith(sentences)]
    unused = finished.root / "workflow_scripts/learning/ensemble/unused.py"
    unused.write_text("UNUSED = 1\n")
    try:
        with (
            finished.edited(*modules(), edit=with_comments),
            finished.edited(*documented, edit=with_another_docstring),
        ):
            assert finished.plan().jobs == {}
    finally:
        unused.unlink()


def test_words_and_looks_of_the_report(finished: RepositoryCopy) -> None:
    texts = (
        "evidence/report/template.html.j2",
        "evidence/report/style.css",
        "studies/lottery/page.yaml",
    )
    paths = [f"workflow_scripts/{text}" for text in texts]
    with finished.edited(*paths, edit=lambda source: source + "\n"):
        assert finished.plan().jobs == PAGES


def test_words_and_looks_of_the_paper(finished: RepositoryCopy) -> None:
    folder = finished.root / "workflow_scripts/evidence/paper"
    texts = [*folder.glob("*.typ"), folder / "prose.yaml"]
    record = read_record(finished.root / "results/smoke/logs/paper.log")
    (counted,) = record["params"]["code"]
    assert {f"evidence/paper/{text.name}" for text in texts} < set(counted.split(JOIN))
    with finished.edited(
        "workflow_scripts/evidence/paper/paper.typ", edit=lambda source: source + "\n"
    ):
        assert finished.plan().jobs == {"paper": 1}


def test_the_same_settings_written_otherwise(finished: RepositoryCopy) -> None:
    def otherwise(text: str) -> str:
        text = text.replace("learning_rate: 0.1\n", "learning_rate: 0.10  # as before\n")
        text = text.replace("{kind: sgd, momentum: 0.9}", "{momentum: 0.90, kind: sgd}")
        return "# Another comment.\n" + text.replace("batch_size: 60,", "batch_size: 60.0,")

    with finished.edited("config/lottery.yaml", edit=otherwise):
        assert finished.plan().jobs == {}


def test_a_touched_file(clone: RepositoryCopy) -> None:
    """Every file: scripts, settings, raw data, checkpoints, tables."""
    for path in clone.root.rglob("*"):
        if path.is_file() and not {".git", ".snakemake"} & set(path.parts):
            path.touch()
    assert clone.plan().jobs == {}


def test_another_branch_and_back(clone: RepositoryCopy) -> None:
    clone.commit_all()
    step = clone.root / "workflow_scripts/core/step.py"
    before = step.read_text()
    clone.git("checkout", "--quiet", "-b", "other")
    step.write_text(with_changed_definitions(before))
    clone.git("commit", "--quiet", "--all", "--message", "Other code in every step")
    clone.git("checkout", "--quiet", "--force", "-")
    assert step.read_text() == before
    assert clone.plan().jobs == {}


def test_another_folder(clone: RepositoryCopy) -> None:
    """Results and records moved together: nothing is made again."""
    assert clone.plan().jobs == {}


def test_a_run_does_what_the_plan_says(clone: RepositoryCopy) -> None:
    """And where what it does changes no byte, no byte has changed."""
    style = clone.root / "workflow_scripts/evidence/figures/style.py"
    style.write_text(with_changed_definitions(style.read_text()))
    results = sorted(clone.files("*.json") | clone.files("*.csv") | clone.files("*.svg"))
    results.remove("results/smoke/provenance.json")
    before = clone.digests(*results)
    output = clone.run(forked=True)
    # Figures, provenance, page, paper, and the target.
    assert "5 of 5 steps (100%) done" in output
    assert clone.digests(*results) == before
    assert clone.plan().jobs == {}
