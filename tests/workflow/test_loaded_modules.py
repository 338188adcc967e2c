"""A process that has imported the workflow's modules before it forks is none the wiser for it."""

import json
import shutil
import subprocess
import sys

import pytest

from tests.workflow.repository_copy import CHECKOUT, environment

pytestmark = pytest.mark.workflow

SCRIPT = """\
import json, sys
from pathlib import Path
from loaded_modules import Loaded, loaded

folder, kind, edits, opened = Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3]), []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
modules = Loaded((), folder, jobs=kind == "job")
before = loaded()
for path, more in edits.items():
    with open(folder / "workflow_scripts" / path, "a") as file:
        file.write(more)
modules.forget(is_job=kind == "job")
left = loaded()
doors = [sys.modules[name] for name in left]
linked = [f"{m.__name__}.{n}" for m in doors for n, v in vars(m).items() if type(v) is type(sys)]
read = [path for path in opened if path.startswith(str(folder))]
keys = sys.modules.get("workflow_scripts.core.code_key")
apart = len(keys.package(keys.PACKAGE)._modules) if keys else 0
print(json.dumps(dict(before=before, left=left, linked=linked, read=read, apart=apart)))
"""
LOAD, BATCHES = "operation.configuration.load", "operation.configuration.batches"
KEYS, COMPUTE = "core.code_key", ("errors", "code_key", "reach")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("loaded")
    for part in ("workflow_scripts", "rules"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(CHECKOUT / part, root / part, ignore=ignored)
    return root


def after(folder, edits, kind="snakemake"):
    """What a process has loaded before and after lines were added to files, and more about it."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder), kind, json.dumps(edits)],
        cwd=CHECKOUT / "tests/workflow",
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    assert {f"workflow_scripts.{name}" for name in (LOAD, BATCHES, KEYS)} <= set(found["before"])
    assert set(found["left"]) <= set(found["before"])
    forgotten = set(found["before"]) - set(found["left"])
    assert not forgotten & set(found["linked"])  # or `from a import b` would find it
    return {name.removeprefix("workflow_scripts.") for name in forgotten}, found


def test_nothing_is_forgotten_where_nothing_changed(folder):
    forgotten, found = after(folder, {})
    assert not forgotten
    assert found["linked"]
    # No other file is read, or a module would remember something that has changed.
    inside = [path.removeprefix(f"{folder}/") for path in found["read"]]
    assert {path.partition("/")[0] for path in inside} == {"workflow_scripts", "rules"}


def test_a_changed_module_goes_with_those_that_import_it(folder):
    forgotten, _ = after(folder, {"operation/configuration/batches.py": "\n"})
    assert BATCHES in forgotten
    assert all(name.startswith("operation.") for name in forgotten)
    deep, _ = after(folder, {"core/errors.py": "\n"})
    assert {"core.errors", LOAD, KEYS} < deep
    assert BATCHES not in deep


@pytest.mark.parametrize("path", ["studies/hopfield/page.yaml", "studies/hopfield/new.py"])
def test_everything_goes_where_any_module_may_have_seen_it(folder, path):
    forgotten, found = after(folder, {path: "\n"})
    assert len(forgotten) == len(found["before"])


def test_a_job_knows_only_what_computes_keys(folder):
    """And what the package was, until it changes."""
    _, found = after(folder, {}, "job")
    left = {name.removeprefix("workflow_scripts.") for name in found["left"]}
    assert KEYS in left
    assert {name.split(".")[1] for name in left if "." in name} == {*COMPUTE}
    assert found["apart"] > 300
    _, found = after(folder, {"studies/lottery/level.py": "\n"}, "job")
    assert found["apart"] == 0
