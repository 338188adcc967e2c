"""The claims of the study of recurrence. Rules and margins were written before any result."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from workflow_scripts.core.job import Job
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.claims.claim import (
    Claims,
    Evidence,
    Measured,
    NoData,
    Shown,
    above,
    at_least,
    below,
    paired,
    within,
)
from workflow_scripts.evidence.claims.evaluate import decide
from workflow_scripts.evidence.statistics.power import Effect, Share
from workflow_scripts.studies.recurrence.runs import Runs, Tables, growth, law, relative

SHARE = "of networks solve it"
GUESS = "of networks are at chance"
TENS = "powers of ten"
WORK = "log–log slope of bytes against length"
HOCHREITER = "Hochreiter & Schmidhuber 1997"
PASCANU = "Pascanu et al. 2013"
WILLIAMS = "Williams & Peng 1990"
BAHDANAU = "Bahdanau et al. 2015"
ROUNDING = 1e-10
"""Largest relative difference allowed between two ways to compute a gradient in float64."""
UNTIED = 1e-3
"""Relative difference that weights of their own must make, far above rounding errors."""

claims = Claims("recurrence")


@claims.claim(
    id="vanishing",
    unit="R²",
    rule=above(0.95),
    source=f"{PASCANU}, section 2",
    control="a linear network with a spectral radius above 1, whose gradient must grow",
    control_rule=above(0),
    control_unit="per place",
    pilot=Effect(3.0),
)
def vanishing(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """The gradient decays exponentially with the lag.

    R² of a line through the logarithm of the norm; the slope must be that of the logarithm of the
    spectral radius in the linear network, and negative in the others.
    """
    linear, others = section(cfg, "linear"), section(cfg, "decaying")
    radius = section(cfg, "gradients.networks")[linear]["scale"]
    ratio = law(tables, linear, "slope") / math.log(radius)
    parts = [
        Measured.from_seeds(law(tables, name, "r_squared"), name) for name in (linear, *others)
    ]
    parts.append(
        Measured.from_seeds(
            ratio,
            f"{linear}: slope",
            within(0.95, 1.05),
            "of the logarithm of the spectral radius",
        )
    )
    for name in others:
        slope = law(tables, name, "slope")
        parts.append(Measured.from_seeds(slope, f"{name}: slope", below(0), "per place"))
    exploding = section(cfg, "exploding")
    return Evidence(parts, [Measured.from_seeds(law(tables, exploding, "slope"))])


@claims.claim(
    id="gates",
    unit=SHARE,
    rule=above(0.5),
    source=f"{HOCHREITER}; Cho et al. 2014",
    control="an LSTM without a forget bias: it is the path, not the name",
    control_rule=below(0.5),
    pilot=Share(0.97),
)
def gates(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """LSTM and gated recurrent units learn over a lag at which the plain network does not.

    Each at its best initialisation and rate.
    """
    runs = Runs(tables, cfg)
    parts = [Measured(runs.solving(runs.role(role)), role.upper()) for role in ("lstm", "gru")]
    parts.append(Measured(runs.solving(runs.role("rnn")), "plain", below(0.5)))
    return Evidence(parts, [Measured(runs.solving(runs.role("unbiased")))])


@claims.claim(
    id="gates-gradient",
    unit=TENS,
    rule=at_least(4),
    source=f"{HOCHREITER}; Cho et al. 2014",
    control="an LSTM without a forget bias, against the same plain network",
    control_rule=below(4),
    pilot=Effect(9.0),
)
def gates_gradient(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Gates keep the gradient alive: ten thousand times as large as in the best plain network.

    The gradient at the far lag over that at lag 0, before training; the plain network starts from
    an orthogonal matrix, which keeps more of it than any other start that was tried.
    """
    far, plain = section(cfg, "gradients.far"), section(cfg, "rnn")

    def more(role: str, name: str = "") -> Measured:
        ours = relative(tables, section(cfg, role), far)
        return Measured.from_seeds(paired(ours, relative(tables, plain, far)), name)

    return Evidence([more("lstm", "LSTM"), more("gru", "GRU")], [more("unbiased")])


@claims.claim(
    id="truncation",
    unit=SHARE,
    rule=above(0.5),
    source=f"{WILLIAMS}",
    control="the same lags with gradients through the whole sequence",
    control_rule=above(0.5),
    control_unit="of networks solve it with the whole past",
    pilot=Share(0.97),
)
def truncation(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Truncated backpropagation learns nothing that lies beyond its window."""
    runs = Runs(tables, cfg)
    learned = [Measured(runs.solving(name), runs.lag(name)) for name in section(cfg, "within")]
    lost = [
        Measured(runs.guessing(name), runs.lag(name), above(0.5), GUESS)
        for name in section(cfg, "beyond")
    ]
    control = [Measured(runs.solving(name), runs.lag(name)) for name in section(cfg, "whole")]
    return Evidence([*learned, *lost], control)


@claims.claim(
    id="truncation-mixed",
    unit=SHARE,
    rule=above(0.5),
    source=f"{WILLIAMS}",
    control="the same window, trained on the far lag alone",
    control_rule=above(0.5),
    control_unit=GUESS,
    pilot=Share(0.97),
)
def truncation_mixed(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Truncation limits what errors can be assigned to, and not how long a network remembers.

    Trained with a window on lags within and beyond it, networks recall a lag far beyond it.
    """
    runs = Runs(tables, cfg)
    return Evidence(
        [Measured(runs.solving(runs.role("mixed")))],
        [Measured(runs.guessing(runs.role("alone")))],
    )


@claims.claim(
    id="truncation-saves",
    unit=WORK,
    rule=below(0.05),
    source=f"{WILLIAMS}",
    control="gradients through the whole sequence: bytes in proportion to its length",
    control_rule=within(0.9, 1.1),
)
def truncation_saves(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Truncation makes the memory of training independent of the length of the sequence.

    Bytes are counted, not estimated: the worst of the seeds. Inference needs as much at any length.
    """

    def worst(arm: str, value: str, name: str = "") -> Measured:
        slopes = growth(tables, arm, value).to_numpy()
        return Measured.exact(float(np.max(slopes)), name, n=len(slopes))

    return Evidence(
        [
            worst("window", "saved", "held for the backward pass"),
            worst("window", "inference", "inference"),
            worst("whole", "inference", "inference of the network without a window"),
        ],
        [worst("whole", "saved")],
    )


@claims.claim(
    id="attention",
    unit=SHARE,
    rule=above(0.5),
    source=f"{BAHDANAU}; Vaswani et al. 2017, section 4",
    control="attention without positions, where only places tell symbols apart",
    control_rule=below(0.5),
    pilot=Share(0.95),
)
def attention(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Attention connects any two positions directly.

    It solves every lag, and the LSTM's in fewer steps; its gradient at the far lag, before
    training, is within a power of ten of that at lag 0.
    """
    runs, rival = Runs(tables, cfg), section(cfg, "rival")
    parts = [Measured(runs.solving(name), runs.lag(name)) for name in section(cfg, "attention")]
    parts.append(Measured(runs.solving(section(cfg, "placed")), "told apart by place"))
    sooner = runs.sooner(rival, runs.role("lstm"))
    parts.append(Measured(sooner, "in fewer steps than the LSTM", unit="of pairs"))
    lag = int(runs.of(rival, "lag").iloc[0])
    flat = relative(tables, rival, lag)
    parts.append(Measured.from_seeds(flat, "gradient against lag 0", within(-1, 1), TENS))
    return Evidence(parts, [Measured(runs.solving(section(cfg, "unplaced")))])


@claims.identity(
    id="is-backprop",
    unit="of the largest entry of the gradient",
    at_most=ROUNDING,
    source="Werbos 1990",
)
def is_backprop(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """Backpropagation through time is backpropagation in the unrolled network with tied weights."""
    parts = tables["identities"].groupby(["cell", "way"], sort=False)
    if not parts.ngroups:
        raise NoData("no identity was checked")
    right = [
        Shown(f"{str(cell).upper()}: {way}", float(np.max(part.difference.to_numpy())))
        for (cell, way), part in parts
    ]
    wrong = [
        Shown(
            f"{str(cell).upper()}: weights of its own for each place",
            float(np.min(part.untied.to_numpy())),
            above=UNTIED,
        )
        for cell, part in tables["identities"].groupby("cell", sort=False)
    ]
    return right + wrong


@claims.count(id="parameters", unit="parameters", source="this study")
def parameters(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """The networks that are compared have about the same number of parameters."""
    runs = Runs(tables, cfg)
    roles = ("lstm", "gru", "rnn", "rival")
    names = {role: runs.role(role) for role in roles}
    return [Shown(name, float(runs.of(name, "parameters").iloc[0])) for name in names.values()]


def main(snakemake: Job) -> None:
    """Decide the claims from the study's tables."""
    decide(claims, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
