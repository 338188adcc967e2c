"""Called at the end of a study's `claims.py`: judge its claims and write `claims.json`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from workflow_scripts.core.artifacts.atomic import write_json
from workflow_scripts.core.artifacts.tables import read_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.claims.claim import Claims


def decide(claims: Claims, snakemake: Job) -> None:
    """Judge a study's claims by the tables of its rule; the smoke scale decides nothing."""
    cfg = snakemake.params.cfg
    tables = {name: read_table(path) for name, path in snakemake.input.items()}
    scale = section(cfg, "scale")
    write_claims(claims, tables, cfg, snakemake.output.claims, scale, scale != "smoke")


def write_claims(
    claims: Claims,
    tables: Mapping[str, pd.DataFrame],
    cfg: dict[str, Any],
    output: str | Path,
    scale: str,
    decides: bool,
) -> None:
    """Judge `claims` by `tables` (by name) and write the study's `claims.json` to `output`.

    The file holds `study`, `scale`, `decides`, `claims`, one dict per claim as returned by
    `Row.as_dict`, and `exhibits`, the identities and counts. A table that could not be made is left
    out of `tables`; claims that read it are "not run".
    """
    rows = claims.evaluate(tables, cfg, decides)
    content = {
        "study": claims.study,
        "scale": scale,
        "decides": decides,
        "claims": [row.as_dict() for row in rows],
        "exhibits": claims.exhibited(tables, cfg),
    }
    write_json(output, content)
