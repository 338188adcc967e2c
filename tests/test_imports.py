"""The contract about imports, and the picture of them."""

import shutil
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

from docs.imports import (
    House,
    as_dot,
    declared_doors,
    drawn,
    survey,
    upward,
    without_shortcuts,
)

ROOT = Path(__file__).resolve().parents[1]
DOORS = [["operation"], ["studies"], ["evidence", "learning"], ["core"]]


@pytest.fixture
def copy(tmp_path):
    """The package and the contracts, to break them."""
    shutil.copytree(
        ROOT / "workflow_scripts",
        tmp_path / "workflow_scripts",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder):
    command = [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def package(folder, files):
    """A package of these files, each with the modules that it imports."""
    for name, imported in files.items():
        path = folder / "workflow_scripts" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        for parent in path.relative_to(folder).parents[:-1]:
            (folder / parent / "__init__.py").touch()
        path.write_text("".join(f"import workflow_scripts.{each}\n" for each in imported))


@pytest.mark.parametrize(
    ("importing", "imported", "contract"),
    [
        ("core/errors", "learning.data.sample", "from door to door"),
        ("learning/data/sample", "evidence.claims.rule", "from door to door"),
        ("evidence/claims/rule", "studies.lottery.files", "from door to door"),
        ("studies/lottery/files", "operation.plan.work", "from door to door"),
        ("studies/hopfield/files", "studies.grokking.files", "Studies do not import each other"),
        ("learning/networks/mlp", "learning.paths.curve", "in a circle"),
    ],
)
def test_an_import_that_is_not_allowed_breaks_a_contract(copy, importing, imported, contract):
    with open(copy / f"workflow_scripts/{importing}.py", "a", encoding="utf-8") as opened:
        opened.write(f"\nimport workflow_scripts.{imported}\n")
    result = lint(copy)
    assert result.returncode == 1
    broken = [line for line in result.stdout.splitlines() if " BROKEN" in line]
    assert any(contract in line for line in broken), broken


def test_a_new_door_needs_a_place_in_the_contract(copy):
    (copy / "workflow_scripts/cellar").mkdir()
    (copy / "workflow_scripts/cellar/__init__.py").touch()
    result = lint(copy)
    assert result.returncode == 1
    assert "cellar" in result.stdout


def test_the_doors_are_those_of_the_contract():
    assert declared_doors(ROOT / "pyproject.toml") == DOORS


def test_modules_are_grouped_by_door_and_folder(tmp_path, monkeypatch):
    files = {
        "core/errors": [],
        "core/artifacts/digest": ["core.errors"],
        "learning/data/sample": ["core.artifacts.digest"],
        "studies/registry": ["studies.lottery.files"],
        "studies/lottery/files": ["core.errors", "learning.data.sample"],
    }
    package(tmp_path, files)
    monkeypatch.syspath_prepend(tmp_path)
    # grimp looks for the package on the path; ours must not be in the way.
    monkeypatch.delitem(sys.modules, "workflow_scripts", raising=False)
    house = survey(grimp.build_graph("workflow_scripts", cache_dir=None), DOORS)
    assert house.modules == {
        "core": ["artifacts.digest", "errors"],
        "learning.data": ["sample"],
        "studies.lottery": ["files"],
        "studies.registry": [],
    }
    assert house.imports == {
        "core": set(),
        "learning.data": {"core"},
        "studies.lottery": {"core", "learning.data"},
        "studies.registry": {"studies.lottery"},
    }


def test_an_arrow_that_runs_up_or_across_is_refused():
    imports = {"core": {"studies.nas"}, "studies.nas": set(), "learning.data": {"evidence.claims"}}
    house = House(DOORS, {room: ["files"] for room in [*imports, "evidence.claims"]}, imports)
    assert upward(house) == [("core", "studies.nas"), ("learning.data", "evidence.claims")]
    with pytest.raises(ValueError, match=r"run up: core > studies\.nas"):
        as_dot(house)


def test_a_circle_is_refused_and_a_shortcut_is_left_out():
    with pytest.raises(ValueError, match="in a circle: a > b > a"):
        without_shortcuts({"a": {"b"}, "b": {"a"}})
    chain = {"a": {"b", "c", "d"}, "b": {"c"}, "c": {"d"}, "d": set()}
    assert without_shortcuts(chain) == [("a", "b"), ("b", "c"), ("c", "d")]


def test_the_picture_shows_every_room_and_module_and_is_the_same_each_time():
    modules = {"core": ["errors", "step"], "studies.nas": [f"step_{k}" for k in range(23)]}
    modules["studies.registry"] = []
    house = House(DOORS, modules, {"studies.nas": {"core"}, "core": set()})
    picture = drawn(house)
    for shown in ["NAS", "CORE", "registry", "studies", *modules["core"], *modules["studies.nas"]]:
        assert f">{shown}</text>" in picture
    assert picture.count('class="edge"') == 1
    assert drawn(house) == picture


@pytest.mark.thorough
def test_an_old_picture_is_refused_and_drawn_afresh(copy):
    (copy / "docs").mkdir()
    shutil.copy(ROOT / "docs/imports.py", copy / "docs")
    command = [sys.executable, "-m", "docs.imports"]
    subprocess.run(command, cwd=copy, check=True)
    assert subprocess.run([*command, "--check"], cwd=copy).returncode == 0
    (copy / "workflow_scripts/learning/paths/detour.py").touch()
    old = subprocess.run([*command, "--check"], cwd=copy, capture_output=True, text=True)
    assert old.returncode == 1
    assert old.stderr == "error: docs/imports.svg is out of date: make format\n"
