"""Step: the claims of all studies become the ledger."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from workflow_scripts.core.artifacts.atomic import read_json, write_json
from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.job import Job
from workflow_scripts.evidence.claims.ledger import Studies, details, expected_false, table

_KEYS = {"study", "scale", "decides", "claims", "exhibits"}
_METRICS = ["verdict", "estimate", "low", "high", "unit", "n"]


def read_studies(paths: list[str | Path]) -> tuple[Studies, Studies, str, bool]:
    """Read the studies' `claims.json`: claims and exhibits by study, scale, whether it decides.

    UserError if a file holds no claims, or if two are of one study or of different scales.
    """
    studies: Studies = {}
    exhibits: Studies = {}
    scales: dict[tuple[str, bool], str | Path] = {}
    for path in paths:
        content = read_json(path)
        if not isinstance(content, dict) or not content.keys() >= _KEYS:
            raise UserError(f"{path} holds no claims: delete it and run snakemake again")
        if content["study"] in studies:
            raise UserError(f"{path}: the study {content['study']} appears twice; list it once")
        studies[content["study"]] = content["claims"]
        exhibits[content["study"]] = content["exhibits"]
        scales[content["scale"], content["decides"]] = path
    if len(scales) != 1:
        files = ", ".join(str(path) for path in scales.values()) or "no claims.json"
        raise UserError(f"a ledger covers one scale, but got {files}: give the files of one scale")
    scale, decides = next(iter(scales))
    return studies, exhibits, scale, decides


def metrics(rows: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """Verdict, estimate and interval by study and claim, as DVC shows and compares them.

    Missing numbers (the claim was not run, or its interval is infinite) are left out.
    """
    return {
        (row["study"], row["claim"]): {
            name: row[name] for name in _METRICS if row[name] is not None
        }
        for row in rows
    }


def write_metrics(rows: list[dict[str, Any]], paths: Iterable[str | Path]) -> None:
    """Write the metrics of each claim to its path, `<study>/<claim>.json`.

    UserError if the paths are not those of all claims: they follow from the pages of the studies.
    """
    content = metrics(rows)
    files = {(Path(path).parent.name, Path(path).stem): path for path in paths}
    if differing := sorted(content.keys() ^ files.keys()):
        study, claim = differing[0]
        where = f"workflow_scripts/studies/{study}"
        raise UserError(f"{where}/page.yaml and {where}/claims.py differ in the claim {claim}")
    for named, path in files.items():
        write_json(path, content[named])


def main(snakemake: Job) -> None:
    """Inputs: the studies' claims.json. Outputs: `csv`, the ledger; `json`, its details; `metrics`.

    The metrics are the part of the ledger that is compared between commits, one file per claim.
    """
    studies, exhibits, scale, decides = read_studies(list(snakemake.input))
    rows = details(studies)
    write_table(table(rows), snakemake.output.csv)
    content = {
        "scale": scale,
        "decides": decides,
        "expected_false": expected_false(rows),
        "claims": rows,
        "exhibits": [{**row, "study": study} for study in exhibits for row in exhibits[study]],
    }
    write_json(snakemake.output.json, content)
    write_metrics(rows, snakemake.output.metrics)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
