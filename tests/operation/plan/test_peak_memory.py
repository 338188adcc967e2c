"""Predicted peaks against what small real runs extrapolate to, within a quarter."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.operation.plan.peak_memory import CASES, RESNET, TEACHER
from workflow_scripts.learning.memory import LOOP, Memory, built, curved, evaluated, trained
from workflow_scripts.operation.plan.work import memory_of_job

ROOT = Path(__file__).resolve().parents[3]
SGD = {"optimiser": {"kind": "sgd", "momentum": 0.9}}
WITHIN = 0.25


def of_rule(rule: str, cfg: dict[str, object], **wildcards: str) -> Memory:
    """The prediction for a job of a rule, with one seed."""
    return memory_of_job(rule, cfg, {"seeds": "0-0", **wildcards})


def regressed(images: int) -> float:
    """Of the features, without the file of the images."""
    sample = {"train": images, "validation": images // 2, "test": images}
    widths = [round(images * share) for share in (0.1, 0.2, 0.5, 1, 5.6, 8)]
    settings = {"sample": {"dataset": "fashion-mnist", **sample}, "widths": widths}
    return of_rule("double_descent_features", {"double_descent.features": settings}).working


def descended(width: int) -> float:
    """Of a network of three layers."""
    cfg = {
        "ntk.widths.task": {"inputs": 10, "examples": 8, "unseen": 8},
        "ntk.widths.alphas": [1],
        "ntk.widths.depths.3": [width],
        "ntk.widths.weights": 1,
    }
    return of_rule("ntk_widths", cfg, layers="3").working


def relaxed(size: int) -> float:
    """Of one network of Hopfield's."""
    cfg = {"hopfield.capacity.trials": 4, "networks": 1, "loads": [0.1]}
    return of_rule("hopfield_capacity", cfg, size=str(size)).working


def retrieved(bits: int) -> float:
    """Of patterns on a sphere, which are drawn in main memory."""
    settings = {"dimensions": [28, 29, 30], "most": bits, "queries": 8}
    return of_rule("hopfield_spheres", {"hopfield.spheres": settings}).reading


def copied(sequences: int) -> float:
    """Of the sequences of two seeds while they are drawn."""
    cfg = {
        "recurrence.task": {"kind": "copying", "pause": 1000},
        "recurrence.network": {"kind": "rnn", "hidden": 2},
        "recurrence.training": {"optimiser": {"kind": "adam"}, "batch_size": 1},
        "recurrence.sequences": sequences,
        "recurrence.held_out": 1,
    }
    return of_rule("recurrence_train", cfg, seeds="0-1").reading


def taught(members: int) -> float:
    """Of an ensemble of perceptrons that are trained by Adam."""
    adam = {"optimiser": {"kind": "adam"}, "batch_size": 100}
    return trained(built(TEACHER), adam, members, measured=False).working - LOOP


PAPER = {
    "perceptrons": 50,
    "trained": 128,
    "evaluated": 1000,
    "curvature": 2000,
    "regressed": 10_000,
    "descended": 16_384,
    "relaxed": 8000,
    "retrieved": 26,
    "copied": 50_000,
}
"""The sizes at the paper scale."""
PREDICTED = {
    "perceptrons": taught,
    "trained": lambda size: (
        trained(built(RESNET), {**SGD, "batch_size": size}, 1, measured=False).working - LOOP
    ),
    "evaluated": lambda size: evaluated(built(RESNET), 1, copies=1).working,
    "curvature": lambda size: curved(built(RESNET), 1, size, products=0).working,
    "regressed": regressed,
    "descended": descended,
    "relaxed": relaxed,
    "retrieved": retrieved,
    "copied": copied,
}
"""Bytes of the job, by its size."""


@pytest.fixture(scope="module")
def measured() -> dict[str, dict[str, int]]:
    """The peaks of all cases in little, by size."""
    command = [sys.executable, "-m", "tests.operation.plan.peak_memory"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def amount(case: str, size: int) -> int:
    """What memory is a polynomial of: the size itself, or the number of patterns."""
    return 2**size if case == "retrieved" else size


@pytest.mark.thorough
@pytest.mark.parametrize("case", CASES)
def test_the_peak_at_the_paper_scale_is_that_of_small_runs(case, measured):
    sizes, powers = CASES[case].sizes, CASES[case].powers
    design = [[float(amount(case, size)) ** power for power in powers] for size in sizes]
    peaks = [measured[case][str(size)] for size in sizes]
    factors = np.linalg.solve(design, peaks)
    wanted = sum(
        factor * float(amount(case, PAPER[case])) ** power
        for factor, power in zip(factors, powers, strict=True)
    )
    assert wanted > 5 * max(peaks)  # it is an extrapolation
    assert PREDICTED[case](PAPER[case]) == pytest.approx(wanted, rel=WITHIN)
