"""Runs whose jobs do something more: Python runs a folder's `sitecustomize.py` first in each."""

from pathlib import Path

from tests.workflow.repository_copy import RepositoryCopy

HERE = Path("tests/workflow")
TRACE = "NICE_TO_KNOW_TRACE"
TRACES = "traces"


def run_traced(copy: RepositoryCopy) -> None:
    """Run everything; each job writes down which functions of the package it calls."""
    traces = copy.root / TRACES
    traces.mkdir()
    _run_with(copy, "traced", f"{TRACE}={traces}")


def run_cut(copy: RepositoryCopy) -> None:
    """Run everything; what of the package a job's key does not cover does not exist for it."""
    _run_with(copy, "cut")


def _run_with(copy: RepositoryCopy, folder: str, *variables: str) -> None:
    path = f"PYTHONPATH={copy.root / HERE / folder}"
    status, output = copy.snakemake(before=("env", path, *variables))
    assert status == 0, output
