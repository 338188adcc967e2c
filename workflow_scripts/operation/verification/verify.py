"""Say whether the committed results are those of the present code and configuration.

    python -m workflow_scripts.operation.verification.verify [--scale laptop]

Computes the code keys and parameters of the present tree and names every stage whose results are
of others, and every committed file that is not the one that was recorded.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from workflow_scripts.core.artifacts.atomic import read_json
from workflow_scripts.core.artifacts.digest import sha256
from workflow_scripts.core.code_key import recomputed
from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.configuration.load import load_configuration, lookup

ROOT = Path(__file__).resolve().parents[3]
NEEDED = {"rule", "code", "cfg", "outputs"}


def stale(stages: Iterable[Mapping[str, Any]], values: Mapping[str, Any]) -> list[str]:
    """One line for each rule and each reason why its results are not of the present tree.

    `values` is the configuration as builtins.
    """
    reasons: Counter[tuple[str, str]] = Counter()
    for stage in stages:
        for files, key in recomputed(stage["code"], stage["cfg"]).items():
            if key != stage["code"][files]:
                reasons[stage["rule"], f"the code of {files} is another"] += 1
        for path, recorded in stage["cfg"].items():
            try:
                now = lookup(values, path)
            except UserError:
                reasons[stage["rule"], f"the setting {path} is gone"] += 1
                continue
            if now != recorded:
                reasons[stage["rule"], f"the setting {path} is another"] += 1
    return [f"{rule} ({_jobs(n)}): {reason}" for (rule, reason), n in sorted(reasons.items())]


def recorded(path: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Stages and settings in a provenance.json; UserError where it is missing or something else."""
    content = read_json(path)
    stages = content.get("stages") if isinstance(content, dict) else None
    if not isinstance(stages, list) or any(NEEDED - stage.keys() for stage in stages):
        raise UserError(f"{path} holds no records of stages: run snakemake again to make it")
    return stages, content.get("settings", {})


def changed_settings(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """One line for each setting of a study that is another: also those that decide what is run."""
    return [
        f"{study}: the setting {study}.{key} is another"
        for study, settings in sorted(then.items())
        for key in sorted({*settings, *now.get(study, {})})
        if settings.get(key) != now.get(study, {}).get(key)
    ]


def changed_files(stages: Iterable[Mapping[str, Any]], root: Path) -> list[str]:
    """One line for each recorded output that lies on the disk with other bytes."""
    lines = []
    for stage in stages:
        for path, digest in sorted(stage["outputs"].items()):
            file = root / path
            if file.exists() and sha256(file) != digest:
                lines.append(f"{path}: is not the file that {stage['rule']} wrote")
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Print what is stale; return 1 if anything is, 2 if it cannot be said."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--scale", default="laptop", help="whose results (default: laptop)")
    scale = parser.parse_args(arguments).scale
    try:
        settings = load_configuration(ROOT / "config", {"scale": scale})
        stages, then = recorded(ROOT / "results" / scale / "provenance.json")
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    values = settings.model_dump(mode="json")
    lines = stale(stages, values) + changed_settings(then, values) + changed_files(stages, ROOT)
    for line in lines:
        print(line)
    verdict = "are not those" if lines else "are those"
    print(f"results/{scale}: {len(stages)} jobs; they {verdict} of this code and configuration")
    return 1 if lines else 0


def _jobs(count: int) -> str:
    return "1 job" if count == 1 else f"{count} jobs"


if __name__ == "__main__":
    sys.exit(main())
