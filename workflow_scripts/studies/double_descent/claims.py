"""The claims of the double-descent study; rules and margins were written before any result.

"The peak" is always the largest rise of a curve. Its position is that on the mean curve of the
other seeds, so that the rise of a seed is not selected from its own noise.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from workflow_scripts.core.job import Job
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.claims.claim import (
    Claims,
    Evidence,
    Measured,
    above,
    at_least,
    at_most,
    below,
)
from workflow_scripts.evidence.claims.evaluate import decide
from workflow_scripts.evidence.statistics.intervals import ratio_interval
from workflow_scripts.evidence.statistics.peak import held_out_peaks
from workflow_scripts.evidence.statistics.trend import slopes
from workflow_scripts.learning.quantities import ERROR
from workflow_scripts.studies.double_descent.effects import advantage, falls, ratios, rises, tops
from workflow_scripts.studies.double_descent.outcomes import (
    Tables,
    curves,
    final,
    noise_levels,
    stopped_early,
    thresholds,
    tuned,
    unregularised,
)

BELKIN = "Belkin et al. 2019"
NAKKIRAN = "Nakkiran et al. 2020"
OPTIMAL = "Nakkiran et al. 2021"

claims = Claims("double_descent")


def _ratio(ratios: np.ndarray, name: str = "") -> Measured:
    """The geometric mean of `ratios` [seeds]."""
    return Measured(ratio_interval(ratios), name)


def _distance(found: np.ndarray, threshold: np.ndarray | int, what: str) -> Measured:
    """Distance of positions [seeds] on the grid from the threshold: at most one width."""
    name = f"distance of {what} from the threshold"
    return Measured.from_seeds(np.abs(found - threshold), name, at_most(1), "widths of the grid")


@claims.claim(
    id="model-wise-features",
    unit="×",
    rule=at_least(2),
    source=f"{BELKIN}, Fig. 2",
    control="the same features with the best ridge penalty: its largest rise",
    control_rule=below(1.1),
)
def model_wise_features(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """The test error of random-feature regression peaks at the threshold and then falls below all.

    Features as many as images; fewer is the classical regime, whose best model is the valley.
    """
    table = tables["features"]
    clean, _ = noise_levels(table)
    found = curves(unregularised(table, clean), "error", "width")
    peaks = held_out_peaks(found.values)
    second = [c[p.right] - c[p.left] for c, p in zip(found.values, peaks, strict=True)]
    ridge = curves(tuned(table, clean, "width"), "error", "width")
    return Evidence(
        [
            _ratio(ratios(found, "left"), "peak to the valley before it"),
            _ratio(ratios(found, "right"), "peak to the valley after it"),
            Measured.from_seeds(
                second, "the valley after the peak − the one before", below(0), ERROR.difference
            ),
            _distance(tops(found), found.index(section(cfg, "train")), "the peak"),
        ],
        [_ratio(ratios(ridge, "left"))],
    )


@claims.claim(
    id="model-wise-network",
    unit=ERROR.difference,
    rule=above(2),
    source=f"{NAKKIRAN}, Fig. 4; Greydanus & Kobak 2024",
    control="the same networks without label noise",
    control_rule=below(2),
)
def model_wise_network(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Trained networks with label noise are worst at the width that just fits the training set."""
    table = tables["networks"]
    clean, noisy = noise_levels(table)
    found = curves(final(table, "test", noisy), "error", "width")
    peaks = held_out_peaks(found.values)
    widest = [c[p.top] - c[-1] for c, p in zip(found.values, peaks, strict=True)]
    quiet = curves(final(table, "test", clean), "error", "width")
    return Evidence(
        [
            Measured.from_seeds(rises(found), "peak − the valley before it"),
            Measured.from_seeds(widest, "peak − the widest", above(5)),
            _distance(tops(found), thresholds(table, noisy), "the peak"),
        ],
        [Measured.from_seeds(rises(quiet))],
    )


@claims.claim(
    id="epoch-wise",
    unit=ERROR.difference,
    rule=above(1),
    source=f"{NAKKIRAN}, Figs. 2 and 9",
    control="the same network without label noise: its largest rise",
    control_rule=below(1),
)
def epoch_wise(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """With label noise a network's test error falls, rises, and falls again as training goes on."""
    table = tables["epochs"]
    table = table[table.split == "test"]
    clean, noisy = noise_levels(table)
    found, quiet = (
        curves(table[table.noise == noise], "error", "step") for noise in (noisy, clean)
    )
    return Evidence(
        [
            Measured.from_seeds(rises(found), "rise to the peak"),
            Measured.from_seeds(falls(found), "second descent"),
        ],
        [Measured.from_seeds(rises(quiet))],
    )


@claims.claim(
    id="epoch-wise-linear",
    unit="×",
    rule=above(1.1),
    source="Heckel & Yilmaz 2021, Fig. 2",
    control="the same model without noise in the targets: its largest rise",
    control_rule=below(1.1),
)
def epoch_wise_linear(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Gradient descent on a linear model with features of two scales descends twice, exactly."""
    table = tables["two_scales"]
    quiet, noisy = noise_levels(table)
    found, control = (
        curves(table[table.noise == noise], "risk", "step") for noise in (noisy, quiet)
    )
    # Relative to the maximum: without noise the risk ends at zero, where only rounding differs.
    largest = table.groupby(["seed", "noise"]).risk.transform("max")
    gap = ((table.risk - table.simulated).abs() / largest).groupby(table.seed).max()
    return Evidence(
        [
            _ratio(ratios(found, "left"), "peak to the valley before it"),
            _ratio(ratios(found, "right"), "peak to the valley after it"),
            Measured.from_seeds(
                gap, "closed form against simulation", at_most(1e-9), "of the largest risk"
            ),
        ],
        [_ratio(ratios(control, "left"))],
    )


@claims.claim(
    id="sample-wise",
    unit=ERROR.difference,
    rule=above(0),
    source=f"{NAKKIRAN}, Fig. 3; Nakkiran 2019",
    control="the same data with the best ridge penalty",
    control_rule=below(0),
)
def sample_wise(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """As many training examples as features make a worse model than a quarter of them.

    Error with as many examples as features − error with a quarter of them.
    """
    table, width = tables["sizes"], section(cfg, "width")

    def change(chosen: Any) -> np.ndarray:
        found = curves(chosen, "error", "size")
        return found.at(width) - found.at(width // 4)

    levels = list(zip(noise_levels(table), ("clean labels", "noisy labels"), strict=True))
    return Evidence(
        [Measured.from_seeds(change(unregularised(table, noise)), name) for noise, name in levels],
        [Measured.from_seeds(change(tuned(table, noise, "size")), name) for noise, name in levels],
    )


@claims.claim(
    id="regularisation",
    unit=ERROR.difference,
    rule=at_most(1),
    source=f"{OPTIMAL}, Fig. 1",
    control="no penalty",
    control_rule=above(1),
)
def regularisation(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """With the best ridge penalty at every width the test error never rises with the width.

    Its largest rise, in pp.
    """
    table = tables["features"]
    levels = list(zip(noise_levels(table), ("clean labels", "noisy labels"), strict=True))

    def rise(chosen: Any) -> np.ndarray:
        return rises(curves(chosen, "error", "width"))

    return Evidence(
        [Measured.from_seeds(rise(tuned(table, noise, "width")), name) for noise, name in levels],
        [Measured.from_seeds(rise(unregularised(table, noise)), name) for noise, name in levels],
    )


@claims.claim(
    id="smoother",
    unit="×",
    rule=at_least(2),
    source=f"{BELKIN}, Fig. 2",
    control="the best ridge penalty",
    control_rule=below(2),
)
def smoother(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """The norm of the solution is largest at the threshold and falls with every width beyond it.

    Norm at the threshold over norm of the widest model.
    """
    table = tables["features"]
    clean, _ = noise_levels(table)
    found = curves(unregularised(table, clean), "norm", "width")
    ridge = curves(tuned(table, clean, "width"), "norm", "width")
    train = section(cfg, "train")
    beyond = found.between(train, np.inf)
    return Evidence(
        [
            _ratio(found.at(train) / found.values[:, -1]),
            Measured.from_seeds(
                slopes(np.log(beyond.sizes), np.log(beyond.values)),
                "slope beyond the threshold",
                below(0),
                "of log norm in log width",
            ),
            _distance(np.argmax(found.values, axis=1), found.index(train), "the largest norm"),
        ],
        [_ratio(ridge.at(train) / ridge.values[:, -1])],
    )


@claims.claim(
    id="classical-is-local",
    unit=ERROR.difference,
    rule=below(2),
    source=f"{BELKIN}, Fig. 1; {NAKKIRAN}, Fig. 2",
    control="the same networks trained to the end",
    control_rule=above(2),
)
def classical_is_local(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Below the threshold the classical U holds, and networks that stop early show no peak at all.

    Networks with label noise, stopped where the validation loss is lowest: their largest rise over
    the widths. The U: regression on fewer features than images, with label noise.
    """
    table, regression = tables["networks"], tables["features"]
    _, noisy = noise_levels(table)
    stopped = curves(stopped_early(table, noisy), "error", "width")
    trained = curves(final(table, "test", noisy), "error", "width")
    wrong = noise_levels(regression)[1]
    under = curves(unregularised(regression, wrong), "error", "width").between(
        0, section(cfg, "train") - 1
    )
    peaks = held_out_peaks(under.values)
    left = [c[0] - c[p.left] for c, p in zip(under.values, peaks, strict=True)]
    return Evidence(
        [
            Measured.from_seeds(rises(stopped), "early stopping"),
            Measured.from_seeds(left, "the U: too few features", above(2)),
            Measured.from_seeds(rises(under), "the U: too many features", above(2)),
        ],
        [Measured.from_seeds(rises(trained))],
    )


@claims.claim(
    id="scaling-law",
    unit="log error",
    rule=below(0),
    source="Kaplan et al. 2020, Fig. 1; Hestness et al. 2017",
    control="below the threshold, without a penalty and with label noise, where the U holds",
    control_rule=above(0),
)
def scaling_law(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """A power law fitted to small models predicts larger ones better than a U-curve.

    Error of the logarithm of the loss that was predicted for the largest, fitted to those of at
    most a quarter of its size: power law − quadratic.
    """
    features, sizes, networks = (tables[name] for name in ("features", "sizes", "networks"))
    clean, noisy = noise_levels(features)
    stopped = stopped_early(networks, noise_levels(networks)[0])
    under = curves(unregularised(features, noisy), "risk", "width")
    return Evidence(
        [
            Measured.from_seeds(advantage(found), name)
            for found, name in (
                (curves(tuned(features, clean, "width"), "risk", "width"), "number of features"),
                (curves(tuned(sizes, clean, "size"), "risk", "size"), "number of examples"),
                (curves(stopped, "loss", "width"), "width of networks, early stopping"),
            )
        ],
        [Measured.from_seeds(advantage(under.between(0, section(cfg, "train"))))],
    )


def main(snakemake: Job) -> None:
    """Decide the claims from the study's tables."""
    decide(claims, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
