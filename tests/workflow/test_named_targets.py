"""Targets and commands of the README do what their names say."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd
import pytest

from tests.workflow import jobs
from tests.workflow.repository_copy import CHECKOUT, RepositoryCopy

pytestmark = pytest.mark.workflow

LEDGER = "results/smoke/claims.csv"
RECORD = "results/smoke/recorded-verdicts.csv"
PAGE = "results/smoke/report.html"
PAPER = "results/smoke/paper.pdf"


@contextmanager
def on_record(copy: RepositoryCopy, verdict: str) -> Iterator[pd.DataFrame]:
    """The ledger, while its first claim is on record with `verdict`, the others as inconclusive."""
    ledger = pd.read_csv(copy.root / LEDGER)
    recorded = ledger[["study", "claim"]].assign(verdict="inconclusive")
    recorded.loc[0, "verdict"] = verdict
    recorded.to_csv(copy.root / RECORD, index=False)
    try:
        yield ledger
    finally:
        (copy.root / RECORD).unlink()


def test_claims_prints_the_ledger(finished: RepositoryCopy) -> None:
    with on_record(finished, "contradicted") as ledger:
        output = finished.run("claims")
    assert len(ledger) > 0
    for claim in ledger["claim"]:
        assert claim[:19] in output  # long names go on in the next line
    assert f"\n{len(ledger)} claims: " in output


def test_claims_fails_where_a_recorded_one_is_lost(finished: RepositoryCopy) -> None:
    """At this scale nothing is decided, so whatever was supported no longer is."""
    with on_record(finished, "supported") as ledger:
        status, output = finished.snakemake("claims")
    assert status != 0
    assert "Traceback" not in output
    lost = f"error: lottery/{ledger['claim'][0]} was supported and is now not run: "
    assert len([line for line in output.splitlines() if line.startswith(lost)]) == 1
    assert output.count("was supported") == 1


def test_some_studies_do_not_replace_the_ledger_of_all(clone: RepositoryCopy) -> None:
    """Neither it nor the report, and nothing is said of studies that do not run."""
    whole = pd.read_csv(clone.root / LEDGER)
    other = whole.head(1).assign(study="hopfield", verdict="supported")
    pd.concat([whole, other]).to_csv(clone.root / LEDGER, index=False)
    other[["study", "claim", "verdict"]].to_csv(clone.root / RECORD, index=False)
    before = clone.digests(LEDGER, PAGE)
    alone = "results/smoke-only-lottery"
    assert clone.plan().jobs == jobs.LEDGER
    clone.run(forked=True)
    clone.run("claims", forked=True)  # would fail for the one that does not run
    assert clone.digests(LEDGER, PAGE) == before
    assert len(pd.read_csv(clone.root / alone / "claims.csv")) == len(whole)
    assert (clone.root / alone / "report.html").is_file()
    assert (clone.root / alone / "paper.pdf").is_file()
    assert clone.plan().jobs == {}


def test_report_writes_the_page(clone: RepositoryCopy) -> None:
    before = clone.digests(PAGE)
    (clone.root / PAGE).unlink()
    printed = clone.run("report", forked=True)
    assert "2 of 2 steps (100%) done" in printed  # the page, and the target
    assert clone.digests(PAGE) == before


def test_changes_of_parameters_are_those_that_a_run_would_see(finished: RepositoryCopy) -> None:
    """Snakemake's own list has one file of every job, whether it changed or not."""

    def changes(*arguments: str) -> set[str]:
        printed = finished.run("--list-changes", "params", *arguments).splitlines()
        return {line for line in printed if line.startswith("results/")}

    assert changes() == set()
    setting = "lottery={instability: {line: 5}}"
    assert finished.plan("--config", setting).jobs["lottery_instability"] == 1
    changed = changes("--config", setting)
    assert {path.rpartition("/")[2] for path in changed} == {"lines.csv", "provenance.json"}


def test_paper_typesets_it_again_to_the_bit(clone: RepositoryCopy) -> None:
    before = clone.digests(PAPER)
    (clone.root / PAPER).unlink()
    assert "1 of 1 steps (100%) done" in clone.run("paper", forked=True)
    assert clone.digests(PAPER) == before


def test_snakemakes_own_report(finished: RepositoryCopy) -> None:
    path = finished.root / "snakemake-report.html"
    finished.run("--report", path.name)
    try:
        page = path.read_text()
        assert page.lstrip().lower().startswith("<!doctype html>")
        assert "claims.csv" in page
    finally:
        path.unlink()


def test_data_sets_that_no_small_study_uses(clone: RepositoryCopy) -> None:
    target = "data/digits/SHA256SUMS"
    assert "1 of 1 steps (100%) done" in clone.run(target, forked=True)
    assert clone.plan(target).jobs == {}


def test_lint(finished: RepositoryCopy) -> None:
    output = finished.run("--lint")
    assert "Congratulations" in output


def test_rules_are_formatted() -> None:
    command = [sys.executable, "-m", "snakefmt.snakefmt", "--check", "Snakefile", "rules"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
