"""Made-up claims and tables of one study, by which the rules of deciding are shown."""

import numpy as np
import pandas as pd

from workflow_scripts.evidence.claims.claim import (
    Claims,
    Evidence,
    Measured,
    above,
    below,
    paired,
    per_seed,
)

MATCHES, FALLS_SHORT = above(-0.5), below(-0.5)
NO_CONTROL = {"no_control": "it is made up"}


def seeds_in(cfg_batches):
    """The settings that claims read, with these batches of seeds."""
    return {"scale": "laptop", "lottery.seeds": cfg_batches, "arm": "ticket"}


def batches(n, first=100):
    """Batches of `n` seeds."""
    return [f"{first}-{first + n - 1}"]


def accuracies(effect, control_effect=-2.0, n=5, spread=0.05, draw=0):
    """Accuracies [pp] of a dense net, a ticket and a random mask, paired by seed."""
    random = np.random.default_rng(draw)
    dense = 90 + 3 * random.normal(size=n)
    arms = {
        "dense": dense,
        "ticket": dense + effect + spread * random.normal(size=n),
        "random": dense + control_effect + spread * random.normal(size=n),
    }
    return pd.concat(
        [
            pd.DataFrame({"arm": arm, "seed": range(100, 100 + n), "accuracy": values})
            for arm, values in arms.items()
        ],
        ignore_index=True,
    )


def ticket_claims(rule=MATCHES, control_rule=FALLS_SHORT, **declared):
    """A study with one claim, and a control."""
    claims = Claims("lottery")

    @claims.claim(
        id="matching-ticket",
        unit="pp",
        rule=rule,
        source="Frankle & Carbin 2019, Fig. 4a",
        control="random mask of the same density",
        control_rule=control_rule,
        **declared,
    )
    def matching_ticket(tables, cfg):
        """A small subnetwork, e.g. Frankle's, matches the dense
        network. More is said here.

        And here.
        """
        dense = per_seed(tables["levels"], "accuracy", arm="dense")
        ours, random = (
            per_seed(tables["levels"], "accuracy", arm=arm) for arm in (cfg["arm"], "random")
        )
        return Evidence(
            [Measured.from_seeds(paired(ours, dense))],
            control=[Measured.from_seeds(paired(random, dense))],
        )

    return claims


def judge(table, decides=True, configured=None, **declared):
    """The row of that claim from a table, of as many seeds as it has unless said otherwise."""
    n = configured or table["seed"].nunique()
    cfg = seeds_in(batches(n))
    (row,) = ticket_claims(**declared).evaluate({"levels": table}, cfg, decides)
    return row


def single(measured, rule=None, n=5, **declared):
    """The row of a claim whose parts are `measured`, whatever the tables."""
    claims = Claims("lottery")
    declared = declared if "control" in declared else declared | NO_CONTROL

    @claims.claim(id="it", unit="pp", rule=rule or above(0), source="here", **declared)
    def it(tables, cfg):
        """It holds."""
        return Evidence(measured)

    return claims.evaluate({}, seeds_in(batches(n)))[0]
