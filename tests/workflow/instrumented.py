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
    copy.run(forked=True, PYTHONPATH=str(copy.root / HERE / "traced"), **{TRACE: str(traces)})
