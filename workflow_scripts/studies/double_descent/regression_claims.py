"""The claims about regressions and linear models; rules and margins were written before any result.

"The peak" is always the largest rise of a curve. Its position is that on the mean curve of the
other half of the seeds, so that the rise of a seed is not selected from its own noise.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from workflow_scripts.core.settings import section
from workflow_scripts.evidence.claims.claim import (
    Claims,
    Evidence,
    Measured,
    Shown,
    above,
    at_least,
    at_most,
    below,
)
from workflow_scripts.evidence.statistics.intervals import ratio_interval
from workflow_scripts.evidence.statistics.looks import FREE
from workflow_scripts.evidence.statistics.power import Effect
from workflow_scripts.evidence.statistics.trend import slopes
from workflow_scripts.learning.quantities import ERROR
from workflow_scripts.studies.double_descent.effects import (
    at_peaks,
    largest_near,
    near,
    ratios,
    rises,
    share,
)
from workflow_scripts.studies.double_descent.linear_settings import ONE, TWO
from workflow_scripts.studies.double_descent.outcomes import (
    Curves,
    Tables,
    curves,
    noise_levels,
    tuned,
    unregularised,
)

BELKIN = "Belkin et al. 2019"
NAKKIRAN = "Nakkiran et al. 2020"
REGRESSIONS: dict[str, Any] = {"seeds": "regression_seeds", "looks": FREE}
# Margins that a claim and its control share.
RIDGE_RISE = 1.0
"""pp: largest rise with the best penalty."""
LINEAR = 1.1
"""Smallest ratio of the linear model's peak to its valleys."""
SIMPLER = 2.0
"""Smallest ratio of the norm at the threshold to that of the widest model."""

FAR = 1e-3
"""Difference of the largest risk that a wrong closed form exceeds."""

claims = Claims("double_descent")


def _ratio(found: pd.Series, name: str = "") -> Measured:
    """The geometric mean of ratios over seeds."""
    return Measured(ratio_interval(found), name)


def _levels(table: pd.DataFrame) -> list[tuple[float, str]]:
    return list(zip(noise_levels(table), ("clean labels", "noisy labels"), strict=True))


@claims.claim(
    id="model-wise-features",
    unit="×",
    rule=at_least(2),
    source=f"{BELKIN}, Fig. 2",
    control="the same features with the best ridge penalty: its largest rise",
    control_rule=at_most(RIDGE_RISE),
    control_unit=ERROR.difference,
    pilot=Effect(3.8),
    **REGRESSIONS,
)
def model_wise_features(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """The test error of random-feature regression peaks at the threshold and then falls below all.

    Features as many as images; fewer is the classical regime, whose best model is the valley.
    """
    table = tables["features"]
    clean, _ = noise_levels(table)
    found = curves(unregularised(table, clean), "error", "width")
    second = at_peaks(found, lambda curve, peak: curve[peak.right] - curve[peak.left])
    ridge = curves(tuned(table, clean, "width"), "error", "width")
    return Evidence(
        [
            _ratio(ratios(found, "left"), "peak to the valley before it"),
            _ratio(ratios(found, "right"), "peak to the valley after it"),
            Measured.from_seeds(
                second, "the valley after the peak − the one before", below(0), ERROR.difference
            ),
            share(near(found, found.index(section(cfg, "train"))), "the peak"),
        ],
        [Measured.from_seeds(rises(ridge))],
    )


def _linear(table: pd.DataFrame, model: str, noise: float) -> Curves:
    return curves(table[(table.model == model) & (table.noise == noise)], "risk", "step")


@claims.claim(
    id="epoch-wise-linear",
    unit="×",
    rule=above(LINEAR),
    source="Heckel & Yilmaz 2021, Fig. 2",
    control="features of one scale, as many and with as much signal, at the same steps",
    control_rule=below(LINEAR),
    pilot=Effect(2.4),
    **REGRESSIONS,
)
def epoch_wise_linear(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Gradient descent on a linear model with features of two scales descends twice, exactly.

    The control is judged by the second descent: its risk at the step of the peak over that at the
    step of the valley after it.
    """
    table = tables["two_scales"]
    _, noisy = noise_levels(table)
    found, rival = (_linear(table, model, noisy) for model in (TWO, ONE))
    return Evidence(
        [
            _ratio(ratios(found, "left"), "peak to the valley before it"),
            _ratio(ratios(found, "right"), "peak to the valley after it"),
        ],
        [_ratio(ratios(rival, "right", located=found))],
    )


@claims.identity(
    id="closed-form",
    unit="of the largest risk",
    at_most=1e-9,
    source="Heckel & Yilmaz 2021, section 2",
)
def closed_form(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """The closed form of the descent is what its single steps give."""
    table = tables["two_scales"].sort_values("step")
    groups = table.groupby(["seed", "model", "noise"])
    # Relative to the maximum: without noise the risk ends at zero, where only rounding differs.
    largest = groups.risk.transform("max")
    late = groups.simulated.shift(-1).fillna(table.simulated)
    gaps = {
        "closed form − simulation": table.simulated,
        "closed form − simulation one measurement later": late,
    }
    found = {name: ((table.risk - other) / largest).abs() for name, other in gaps.items()}
    ours, rival = (Shown(name, float(gap.max(skipna=False))) for name, gap in found.items())
    return [ours, replace(rival, above=FAR)]


@claims.claim(
    id="sample-wise",
    unit=ERROR.difference,
    rule=above(0),
    source=f"{NAKKIRAN}, Fig. 3; Nakkiran 2019",
    control="the same data with the best ridge penalty: its largest rise over all sizes",
    control_rule=below(0),
    pilot=Effect(1.5),
    **REGRESSIONS,
)
def sample_wise(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """As many training examples as features make a worse model than a quarter of them.

    Error with as many examples as features − error with a quarter of them.
    """
    table, width = tables["sizes"], section(cfg, "sizes.width")
    parts, control = [], []
    for noise, name in _levels(table):
        plain = curves(unregularised(table, noise), "error", "size")
        best = curves(tuned(table, noise, "size"), "error", "size")
        parts.append(Measured.from_seeds(plain.at(width) - plain.at(width // 4), name))
        control.append(Measured.from_seeds(rises(best), name))
    return Evidence(parts, control)


@claims.claim(
    id="regularisation",
    unit=ERROR.difference,
    rule=at_most(RIDGE_RISE),
    source="Nakkiran et al. 2021, Fig. 1",
    control="no penalty",
    control_rule=above(10),
    pilot=Effect(7.0),
    **REGRESSIONS,
)
def regularisation(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """With the best ridge penalty at every width the test error never rises with the width.

    Its largest rise, in pp.
    """
    table = tables["features"]
    parts, control = [], []
    for noise, name in _levels(table):
        best = curves(tuned(table, noise, "width"), "error", "width")
        plain = curves(unregularised(table, noise), "error", "width")
        parts.append(Measured.from_seeds(rises(best), name))
        control.append(Measured.from_seeds(rises(plain), name))
    return Evidence(parts, control)


@claims.claim(
    id="smoother",
    unit="×",
    rule=at_least(SIMPLER),
    source=f"{BELKIN}, Fig. 2",
    control="the best ridge penalty",
    control_rule=below(SIMPLER),
    pilot=Effect(4.0),
    **REGRESSIONS,
)
def smoother(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """The norm of the solution is largest at the threshold and falls with every width beyond it.

    Norm at the threshold over norm of the widest model.
    """
    table, train = tables["features"], section(cfg, "train")
    clean, _ = noise_levels(table)
    found = curves(unregularised(table, clean), "norm", "width")
    ridge = curves(tuned(table, clean, "width"), "norm", "width")
    beyond = found.between(train, np.inf)
    slope = found.by_seed(slopes(np.log(beyond.sizes), np.log(beyond.values)))
    return Evidence(
        [
            _ratio(found.at(train) / found.at(found.sizes[-1])),
            Measured.from_seeds(
                slope, "slope beyond the threshold", below(0), "of log norm in log width"
            ),
            share(largest_near(found, found.index(train)), "the largest norm"),
        ],
        [_ratio(ridge.at(train) / ridge.at(ridge.sizes[-1]))],
    )
