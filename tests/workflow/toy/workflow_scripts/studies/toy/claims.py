"""The claims of the toy study."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workflow_scripts.core.job import Job
from workflow_scripts.evidence.claims.claim import (
    Claims,
    Evidence,
    Measured,
    below,
    per_seed,
    within,
)
from workflow_scripts.evidence.claims.evaluate import decide

claims = Claims("toy")


@claims.claim(
    id="fair-mean",
    unit="points",
    rule=within(3.0, 4.0),
    source="everybody",
    control="a die without the two highest sides",
    control_rule=below(3.0),
)
def fair_mean(tables: Mapping[str, pd.DataFrame], cfg: Mapping[str, Any]) -> Evidence:
    """The throws of a fair die are three and a half on average."""
    fair, loaded = (per_seed(tables["means"], "mean", die=die) for die in ("fair", "loaded"))
    return Evidence([Measured.from_seeds(fair)], control=[Measured.from_seeds(loaded)])


def main(snakemake: Job) -> None:
    """Decide the claims from the study's tables."""
    decide(claims, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
