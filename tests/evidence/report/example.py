"""A results folder made up for the tests of the report: every verdict, control and oddity once."""

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import yaml

from workflow_scripts.core.code_key import PACKAGE
from workflow_scripts.evidence.figures import style

PAGE = PACKAGE / "studies" / "lottery" / "page.yaml"
CFG = {
    "seeds": ["0-3", "4-7"],
    "main": "lenet",
    "late": "conv",
    "needles": {"rounds": 4},
    "timing": {"every": 10},
    "long": ["0-3"],
    "chains": {
        "lenet": {
            "network": {"kind": "mlp", "sizes": [784, 300, 100, 10]},
            "sample": {"dataset": "fashion-mnist", "train": 10000},
            "training": {
                "optimiser": {"kind": "adam"},
                "learning_rate": 0.0012,
                "batch_size": 60,
                "steps": 4600,
            },
            "evaluation": {"early_step": 50, "every": 50, "last": 5},
            "pruning": {"scope": "layer", "keep": 0.678},
            "levels": 15,
        },
        "conv": {
            "network": {"kind": "residual"},
            "sample": {"dataset": "mnist-1d"},
            "training": {"learning_rate": 0.2},
            "pruning": {"scope": "network", "keep": 0.64},
        },
    },
}
ARMS = {"ticket": "blue", "reinitialised": "vermilion", "shuffled": "green"}


def _claim(id: str, sentence: str, verdict: str, **more: Any) -> dict[str, Any]:
    claim = {
        "study": "lottery",
        "claim": id,
        "sentence": sentence,
        "verdict": verdict,
        "estimate": None,
        "low": None,
        "high": None,
        "unit": "pp",
        "n": 0,
        "rule": "> 0 pp",
        "margin": [0.0],
        "control": None,
        "control_estimate": None,
        "control_low": None,
        "control_high": None,
        "control_holds": None,
        "source": "Frankle & Carbin 2019, Figs. 3–4",
        "reason": "",
        "seeds_needed": None,
    }
    return {**claim, **more}


def _measured(estimate: float, low: float, high: float, n: int = 8) -> dict[str, Any]:
    return {"estimate": estimate, "low": low, "high": high, "n": n}


def _control(name: str, estimate: float, low: float, high: float, **more: Any) -> dict[str, Any]:
    return {
        "control": name,
        "control_estimate": estimate,
        "control_low": low,
        "control_high": high,
        "control_unit": "pp",
        "control_holds": True,
        **more,
    }


def _part(name: str, verdict: str, estimate: float, low: float, high: float) -> dict[str, Any]:
    measured = _measured(estimate, low, high)
    return {
        "name": name,
        "verdict": verdict,
        "unit": "pp",
        "rule": "> 0 pp",
        "margin": [0],
        "p": 0.01,
        "sd": None,
        "effect": None,
        "seeds_needed": None,
        **measured,
    }


def claims() -> list[dict[str, Any]]:
    """Eight claims of all sorts, with and without control, parts and intervals."""
    return [
        _claim(
            "matching-ticket",
            "Iterative magnitude pruning with rewinding finds a subnetwork with less than a tenth "
            "of the weights that matches the dense network.",
            "supported",
            **_measured(0.3412, 0.121, 0.5614),
            p=0.0000312,
            q=0.000281,
            looks=[5, 10, 20],
            look=10,
            alpha=0.0036,
            power=0.97,
            rule="> −0.5 pp",
            margin=[-0.5],
            reason="the interval clears the rule > −0.5 pp",
            **_control("random mask of the same density in each layer", -2.31, -2.75, -1.87),
            control_rule="< −0.5 pp",
        ),
        _claim(
            "not-reinitialised",
            "The same mask with new random weights is worse, at the end and early in training.",
            "supported",
            **_measured(0.86, 0.52, 1.2),
            part="at the smallest loss",
            parts=[
                _part("at the smallest loss", "supported", 0.86, 0.52, 1.2),
                _part("early in training", "supported", 4.2, 3.1, 5.3),
            ],
            **_control("the dense network under new weights", 0.02, -0.2, 0.24),
            control_parts=[_part("", "supported", 0.02, -0.2, 0.24)],
        ),
        _claim(
            "not-structure",
            "The mask alone is not enough: shuffled masks with the original weights are worse.",
            "contradicted",
            **_measured(-0.42, -0.71, -0.13),
            part="against masks shuffled within layers",
            parts=[
                _part("against masks shuffled within layers", "contradicted", -0.42, -0.71, -0.13),
                _part("against random masks over the network", "supported", 3.1, 2.7, 3.5),
            ],
            tables=["levels"],
            reason="the interval lies wholly outside the rule > 0 pp",
            **_control("mask of ones against dense", 0, 0, 0),
        ),
        _claim(
            "learns-faster",
            "Tickets learn faster than the dense network.",
            "undecided",
            looks=[5, 10, 20],
            look=5,
            next_look=10,
            alpha=0.0036,
            **_measured(1.24, 0.98, 1.57, 5),
            unit="×",
            rule="> 1.2 ×",
            margin=[1.2],
            reason="the interval spans the margin; about 34 seeds would decide",
            seeds_needed=34,
            **_control("reinitialised tickets", 0.83, 0.7, 0.98),
        ),
        _claim(
            "iterative-beats-one-shot",
            "Pruning in rounds beats pruning at once at extreme sparsity.",
            "control failed",
            **_measured(1.9, 1.1, 2.7),
            reason="the control fails its rule",
            **_control("at half of the weights", 0.9, 0.4, 1.4, control_holds=False),
        ),
        _claim(
            "prunable",
            "Nine tenths of a trained network can be removed without meaningful loss.",
            "supported",
            **_measured(-0.07, -0.21, 0.07),
            margin=[-0.5],
            rule="> −0.5 pp",
            **_control("random removal", 11.2, 9.8, 12.6, control_unit="steps"),
        ),
        _claim("late-rewinding", "Rewinding to an early iteration works.", "not run", rule=None),
        _claim(
            "more-needles",
            "A larger parent contains better tickets.",
            "undecided",
            **{**_measured(0.4, 0, 0, 1), "low": None, "high": None},
            reason="one seed decides nothing",
        ),
    ]


def exhibits() -> list[dict[str, Any]]:
    """An identity that holds in one part and not in another, and a count."""
    facts = {"study": "lottery", "source": "Frankle & Carbin 2019"}
    bound = {"at_most": 1e-10, "above": None, "unit": ""}
    parts = [
        {"name": "a mask of ones", "value": 3e-16, **bound, "holds": True},
        {"name": "half a mask", "value": 0.25, **bound, "holds": False},
    ]
    unbounded = {"at_most": None, "above": None, "holds": None}
    trainings = {"name": "to find it", "value": 11, "unit": "trainings", **unbounded}
    return [
        {
            **facts,
            "claim": "ones",
            "kind": "identity",
            "sentence": "A mask of ones is no mask.",
            "unit": "",
            "holds": False,
            "parts": parts,
        },
        {
            **facts,
            "claim": "cost",
            "kind": "count",
            "sentence": "Finding a ticket costs many full trainings.",
            "unit": "trainings",
            "holds": None,
            "parts": [trainings],
        },
    ]


def draw(path: Path, seed: int = 0) -> None:
    """Write a figure that looks like a study's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_drawn(seed))


@cache
def _drawn(seed: int) -> bytes:
    generator = np.random.default_rng(seed)
    style.extend_arms(ARMS)
    drawn, ax = style.figure(height=4.0)
    for rank, arm in enumerate(ARMS):
        rows = [
            {"density": 0.8**level, "seed": each, "accuracy": 88 - rank * level**2 / 60 + noise}
            for level in range(16)
            for each, noise in enumerate(generator.normal(0, 0.35, 6))
        ]
        frame = pd.DataFrame(rows)
        style.band(ax, frame, "density", "accuracy", arm, style.colour(arm))
    ax.axhline(88, label="dense", **style.look("dense"))
    ax.set_xscale("log")
    ax.invert_xaxis()
    ax.set_xlabel("weights that remain")
    ax.set_ylabel("test accuracy (%)")
    ax.legend(loc="lower left")
    with TemporaryDirectory() as folder:
        style.save(drawn, Path(folder, "figure.svg"))
        return Path(folder, "figure.svg").read_bytes()


def results(
    folder: Path,
    changed: list[dict[str, Any]] | None = None,
    stale: tuple[str, ...] = (),
    decides: bool = True,
) -> SimpleNamespace:
    """Write a whole results folder and return what Snakemake would hand to the report's step."""
    study = folder / "results" / "laptop" / "lottery"
    names = ("accuracy", "early", "early_stopping", "curves", "late_rewinding", "needles")
    figures = [study / "figures" / f"{name}.svg" for name in names]
    for at, path in enumerate(figures):
        draw(path, at)
        path.with_suffix(".png").touch()
    (study / "tables").mkdir()
    words = yaml.safe_load(PAGE.read_text())
    for table in {table for figure in words["figures"] for table in figure["tables"]} | {"levels"}:
        (study / "tables" / f"{table}.csv").touch()
    ledger = {
        "scale": "laptop",
        "decides": decides,
        "expected_false": 0.08,
        "claims": changed or claims(),
        "exhibits": exhibits(),
    }
    checkpoint = "results/laptop/lottery/checkpoints/seeds-0-3.safetensors"
    train = {
        "rule": "lottery_train",
        "wildcards": {"seeds": "0-3"},
        "params": {"code": {"studies/lottery/retrain.py": "0123456789abcdef"}, "cfg": {}},
        "inputs": {},
        "outputs": {checkpoint: "ab" * 32},
        "device": "cpu",
        "threads": 1,
        "python": "3.11.2",
        "versions": {"numpy": "2.4"},
        "work_seconds": 300.0,
        "seconds": 312.5,
        "cpu_seconds": 290.1,
        "memory_mb": 812.4,
    }
    short = {
        **train,
        "rule": "lottery_claims",
        "outputs": {"results/laptop/lottery/claims.json": "cd" * 32},
        "work_seconds": 0.1,
        "seconds": 0.4,
        "cpu_seconds": None,
        "memory_mb": 0.0,
    }
    data = {**short, "rule": "data_digits", "outputs": {"data/digits/images.npy": "ef" * 32}}
    citation = {
        "title": "Nice to Know",
        "authors": [
            {"name": "The Nice to Know authors"},
            {"given-names": "A.", "family-names": "B"},
        ],
        "license": "MIT",
        "version": "0.1.0",
        "repository-code": "https://code.example/nice/to-know",
    }
    (folder / "CITATION.cff").write_text(json.dumps(citation))
    machine = {"cores": 2, "processor": "Example CPU", "home": "/home/somebody/clone"}
    provenance = {
        "machine": machine,
        "code": {"commit": "0123456789abcdef0123456789abcdef01234567", "date": "2026-11-26"},
        "settings": {"lottery": CFG},
        "stages": [data, short, train],
        "stale": list(stale),
    }
    (folder / "claims.json").write_text(json.dumps(ledger))
    (folder / "provenance.json").write_text(json.dumps(provenance))
    files = {
        "claims": str(folder / "claims.json"),
        "provenance": str(folder / "provenance.json"),
        "citation": str(folder / "CITATION.cff"),
        "figures": [str(path) for path in figures],
    }
    params = SimpleNamespace(pages={"lottery": str(PAGE)}, embed=False, paper="")
    return SimpleNamespace(input=_Named(files), output=[str(folder / "report.html")], params=params)


class _Named(dict[str, Any]):
    """Snakemake's named inputs: by attribute."""

    def __getattr__(self, name: str) -> Any:
        return self[name]
