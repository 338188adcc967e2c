"""The claims of the double-descent study; rules and margins were written before any result.

Those about trained networks are here; those about regressions come first and are imported. "The
peak" is always the largest rise of a curve. Its position is that on the mean curve of the other
half of the seeds, so that the rise of a seed is not selected from its own noise.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from workflow_scripts.core.job import Job
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.claims.claim import Evidence, Measured, above, below
from workflow_scripts.evidence.claims.evaluate import decide
from workflow_scripts.evidence.statistics.power import Effect, Share
from workflow_scripts.learning.quantities import ERROR
from workflow_scripts.studies.double_descent.effects import (
    advantage,
    at_peaks,
    falls,
    near,
    rises,
    share,
)
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
from workflow_scripts.studies.double_descent.regression_claims import BELKIN, NAKKIRAN, claims

# Margins that a claim and its control share.
NETWORK_RISE = 2.0
"""pp: smallest rise of a peak of trained networks, and of an arm of the classical U."""
DESCENT = 1.0
"""pp: smallest rise and second descent over the epochs."""


@claims.claim(
    id="model-wise-network",
    unit=ERROR.difference,
    rule=above(NETWORK_RISE),
    source=f"{NAKKIRAN}, Fig. 4; Greydanus & Kobak 2024",
    control="the same networks without label noise",
    control_rule=below(NETWORK_RISE),
    pilot=Share(0.93),
)
def model_wise_network(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Trained networks with label noise are worst at the width that just fits the training set."""
    table = tables["networks"]
    clean, noisy = noise_levels(table)
    found = curves(final(table, "test", noisy), "error", "width")
    widest = at_peaks(found, lambda curve, peak: curve[peak.top] - curve[-1])
    quiet = curves(final(table, "test", clean), "error", "width")
    return Evidence(
        [
            Measured.from_seeds(rises(found, inner=True), "peak − the valley before it"),
            Measured.from_seeds(widest, "peak − the widest", above(5)),
            share(near(found, thresholds(table, noisy)), "the peak"),
        ],
        [Measured.from_seeds(rises(quiet))],
    )


@claims.claim(
    id="epoch-wise",
    unit=ERROR.difference,
    rule=above(DESCENT),
    source=f"{NAKKIRAN}, Figs. 2 and 9",
    control="the same network without label noise: its largest rise",
    control_rule=below(DESCENT),
    scales=("paper",),  # the published regime; of its seeds there is no pilot
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
            Measured.from_seeds(rises(found, inner=True), "rise to the peak"),
            Measured.from_seeds(falls(found), "second descent"),
        ],
        [Measured.from_seeds(rises(quiet))],
    )


@claims.claim(
    id="classical-is-local",
    unit=ERROR.difference,
    rule=below(NETWORK_RISE),
    source=f"{BELKIN}, Fig. 1; {NAKKIRAN}, Fig. 2",
    control="the same networks trained to the end",
    control_rule=above(NETWORK_RISE),
    pilot=Effect(1.1),
)
def classical_is_local(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Below the threshold the classical U holds, and networks that stop early show no peak at all.

    Networks with label noise: the largest rise of the error, averaged over neighbouring widths.
    Early stopping takes averaged weights where the smoothed validation loss is lowest. The U:
    regression on fewer features than images, with label noise.
    """
    table, regression = tables["networks"], tables["features"]
    _, noisy = noise_levels(table)
    stopped = curves(stopped_early(table, noisy), "error", "width").smoothed()
    trained = curves(final(table, "test", noisy), "error", "width").smoothed()
    wrong = noise_levels(regression)[1]
    under = curves(unregularised(regression, wrong), "error", "width")
    under = under.between(0, section(cfg, "train") - 1)
    narrowest, wider = under.sizes[0], under.between(under.sizes[1], np.inf)
    valley = at_peaks(wider, lambda curve, peak: curve[peak.left], inner=False)
    arm = above(NETWORK_RISE)
    return Evidence(
        [
            Measured.from_seeds(rises(stopped), "early stopping"),
            Measured.from_seeds(under.at(narrowest) - valley, "the U: too few features", arm),
            Measured.from_seeds(rises(under), "the U: too many features", arm),
        ],
        [Measured.from_seeds(rises(trained))],
    )


@claims.claim(
    id="scaling-law",
    unit="log error",
    rule=below(0),
    source="Kaplan et al. 2020, Fig. 1; Hestness et al. 2017",
    control="below the threshold, without a penalty and with label noise",
    control_rule=above(0),
    pilot=Effect(1.2),
)
def scaling_law(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """A power law fitted to small models predicts larger ones better than a U-curve.

    Error of the logarithm of the test error that was predicted for the largest, fitted to those of
    at most a quarter of its size: power law − quadratic, the mean of clean and noisy labels. The
    control is the same comparison where a U is right (the test error below the threshold) and where
    no law holds (the squared training error there).
    """
    features, sizes, networks = (tables[name] for name in ("features", "sizes", "networks"))
    laws = {
        "number of features": [
            curves(tuned(features, noise, "width"), "error", "width")
            for noise in noise_levels(features)
        ],
        "number of examples": [
            curves(tuned(sizes, noise, "size"), "error", "size") for noise in noise_levels(sizes)
        ],
        "width of networks, early stopping": [
            curves(stopped_early(networks, noise), "error", "width")
            for noise in noise_levels(networks)
        ],
    }
    plain = unregularised(features, noise_levels(features)[1])
    train = section(cfg, "train")
    rivals = {
        "test": curves(plain, "error", "width").between(0, train),
        "training": curves(plain, "train_risk", "width").between(0, train - 1),
    }
    return Evidence(
        [
            Measured.from_seeds((advantage(clean) + advantage(noisy)) / 2, name)
            for name, (clean, noisy) in laws.items()
        ],
        [Measured.from_seeds(advantage(found), name) for name, found in rivals.items()],
    )


def main(snakemake: Job) -> None:
    """Decide the claims from the study's tables."""
    decide(claims, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
