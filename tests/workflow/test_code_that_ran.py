"""Results are of the code that their key stands for, whatever is edited or on Python's path."""

import shutil
from pathlib import Path

import pytest

from tests.workflow.repository_copy import CHECKOUT, RepositoryCopy

pytestmark = pytest.mark.workflow

MODULE = "workflow_scripts/core/artifacts/tables.py"
TABLES = [f"results/smoke/lottery/tables/{name}.csv" for name in ("curves", "outcomes", "needles")]


def otherwise(source: str) -> str:
    """Tables of one row."""
    return source.replace("    frame.to_csv(", "    frame.head(1).to_csv(", 1)


def test_another_clone_on_pythons_path_is_not_imported(
    clone: RepositoryCopy, tmp_path: Path
) -> None:
    shutil.copytree(CHECKOUT / "workflow_scripts", tmp_path / "workflow_scripts")
    other = tmp_path / MODULE
    changed = otherwise(other.read_text())
    assert changed != other.read_text()
    other.write_text(changed)
    before = clone.digests(*TABLES)
    for table in TABLES:
        (clone.root / table).unlink()
    wrapper = ("env", f"PYTHONPATH={tmp_path}")
    status, output = clone.snakemake(*TABLES, before=wrapper)
    assert status == 0, output
    assert clone.digests(*TABLES) == before
    assert clone.plan().jobs == {}


def test_a_module_that_is_edited_during_a_run_and_put_back(clone: RepositoryCopy) -> None:
    """The jobs that would import it end with one line; the next run makes what is missing."""
    before = clone.digests(*TABLES)
    lines = [
        f"results/smoke/lottery/checkpoints/lenet{part}/seeds-0-1/needle/history.safetensors"
        for part in ("", "-half", "-quarter", "-eighth")
    ]
    for path in [*lines, *TABLES]:
        (clone.root / path).unlink()
    first = clone.root / "results/smoke/lottery/logs/needle"
    shutil.rmtree(first)
    with clone.running(*TABLES, "--cores", "1") as running:
        running.wait_for(lambda: list(first.glob("*.log")))
        with clone.edited(MODULE, edit=otherwise):
            status, output = running.end()
    assert status != 0
    assert "error: the code changed while this ran (" in output
    assert "Traceback" not in output
    clone.run(*TABLES)
    assert clone.digests(*TABLES) == before
    assert clone.plan().jobs == {}
