"""What tools and catalogues expect of a repository, and that it is true."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from snakemake_logger_plugin_nice.command import main
from tests.test_environment import DEV, RUN, asked_for, pinned
from workflow_scripts.operation.citation import reference, references, with_references

ROOT = Path(__file__).resolve().parents[1]


def test_the_citation_lists_the_papers_and_is_up_to_date():
    text = (ROOT / "CITATION.cff").read_text()
    assert with_references(text) == text, "make format"
    papers = list(references())
    assert len({paper["url"] for paper in papers}) == len(papers) > 0
    for paper in papers:
        assert paper["title"]
        assert paper["authors"]
        assert paper["year"] > 1940


def test_a_reference_is_taken_apart():
    text = "A. B. Able, C.-D. Baker. Is it so? NeurIPS."
    paper = reference({"key": "Able & Baker 2020", "text": text, "url": "https://x"})
    assert paper["authors"] == [{"name": "A. B. Able"}, {"name": "C.-D. Baker"}]
    assert (paper["title"], paper["year"]) == ("Is it so?", 2020)
    bare = reference({"key": "Able & Baker 2020", "text": "So it is. ICLR.", "url": "https://x"})
    assert bare["authors"] == [{"name": "Able"}, {"name": "Baker"}]
    assert bare["title"] == "So it is"


def test_what_pip_installs_is_what_the_lock_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {re.split(r">=", each)[0].lower() for each in project["dependencies"]}
    assert wanted == set(asked_for(RUN))


def test_pip_can_install_the_project(tmp_path):
    """Its metadata and the wheel's content, by its own build backend, without a network."""
    code = "import sys; from setuptools import build_meta as b;print(b.build_wheel(sys.argv[1]))"
    copy = tmp_path / "project"
    copy.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (copy / name).write_bytes((ROOT / name).read_bytes())
    (copy / "snakemake_logger_plugin_nice").symlink_to(ROOT / "snakemake_logger_plugin_nice")
    made = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=copy, capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr
    (wheel,) = tmp_path.glob("nice_to_know-*.whl")
    listed = subprocess.run(
        [sys.executable, "-m", "zipfile", "-l", str(wheel)], capture_output=True, text=True
    ).stdout
    assert "snakemake_logger_plugin_nice/command.py" in listed
    assert "entry_points.txt" in listed
    assert "workflow_scripts" not in listed


def test_the_command_says_where_it_works(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main() == 1
    assert capsys.readouterr().err == "error: this is no clone of the workflow: cd to one first\n"


def test_users_install_no_tools_of_tests():
    tools = {"pytest", "playwright", "moto", "mkdocs-material", "mypy", "ruff"}
    assert not tools & set(pinned(RUN))
    assert tools <= set(pinned(DEV))


def test_the_workflow_of_github_calls_what_a_bare_machine_does():
    workflow = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text())
    steps = workflow["jobs"]["test"]["steps"]
    assert steps[-1] == {"run": ".ci/run"}
    (python,) = (step["with"]["python-version"] for step in steps if "with" in step)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == f">={python}"


@pytest.mark.parametrize("name", ["Dockerfile", ".devcontainer/devcontainer.json"])
def test_containers_start_with_a_target_of_make(name):
    text = (ROOT / name).read_text()
    made = set(re.findall(r"make (setup[a-z-]*)", text))
    assert made
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert made <= set(targets)
    if name.endswith(".json"):
        json.loads(text)


def test_the_catalogue_can_read_its_file():
    usage = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text())["usage"]
    assert usage["software-stack-deployment"]["conda"] is (ROOT / "environment.yml").exists()
    assert not (ROOT / "workflow").exists()  # its Snakefile is in the root


def test_the_site_has_every_page():
    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"]
    named = {each if isinstance(each, str) else next(iter(each.values())) for each in nav}
    docs = ROOT / "docs"
    pages = [*docs.glob("*.md"), *docs.glob("*/index.md")]  # which link the others in their folder
    assert named == {str(path.relative_to(docs)) for path in pages}
