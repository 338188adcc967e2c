"""Check whether the committed results match the present code and configuration.

    python -m workflow_scripts.operation.verification.verify [--scale laptop] [--configfile FILE …]

Computes the code keys and all parameters of the present tree, and names every stage whose results
come from others and every committed file that differs from its record.
"""

import argparse
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from workflow_scripts.core.artifacts.atomic import read_json
from workflow_scripts.core.artifacts.digest import sha256
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.settings import spare
from workflow_scripts.operation.configuration.run import ROOT, Run, add_run
from workflow_scripts.operation.configuration.settings import Configuration
from workflow_scripts.operation.verification.rules import from_rules
from workflow_scripts.operation.verification.today import stale

NEEDED = {"rule", "wildcards", "params", "identity", "outputs"}


def recorded(path: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Stages and settings in a provenance.json; UserError if it is missing or invalid."""
    content = read_json(path)
    stages = content.get("stages") if isinstance(content, dict) else None
    if not isinstance(stages, list) or any(NEEDED - stage.keys() for stage in stages):
        raise UserError(f"{path} holds no records of stages: run snakemake again to make it")
    return stages, content.get("settings", {})


def changed_settings(then: Mapping[str, Any], now: Configuration) -> list[str]:
    """One line per changed setting of a study, including those that decide which jobs exist.

    A setting that is new since `then` and has its default value is not reported.
    """
    lines = []
    for study, values in sorted(then.items()):
        settings = getattr(now, study)
        before, after = values, spare(settings)
        with suppress(ValidationError):  # it has settings that no longer exist
            before = spare(type(settings).model_validate(values))
        lines += [
            f"{study}: the setting {study}.{key} has changed"
            for key in sorted({*before, *after})
            if before.get(key) != after.get(key)
        ]
    return lines


def changed_files(stages: Iterable[Mapping[str, Any]], root: Path) -> list[str]:
    """One line per recorded output whose file on disk has other bytes."""
    lines = []
    for stage in stages:
        for path, digest in sorted(stage["outputs"].items()):
            file = root / path
            if file.exists() and sha256(file) != digest:
                lines.append(f"{path}: is not the file that {stage['rule']} wrote")
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Print what is stale; return 1 if anything is, 2 if it cannot be determined."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    add_run(parser)
    given = parser.parse_args(arguments)
    try:
        run = Run.of(given, ROOT)
        settings = run.settings
        stages, then = recorded(run.folder / "provenance.json")
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    lines = stale(stages, from_rules(run))
    lines += changed_settings(then, settings) + changed_files(stages, ROOT)
    for line in lines:
        print(line)
    verdict = "do not match" if lines else "match"
    print(f"results/{settings.run}: {len(stages)} jobs; they {verdict} this code and configuration")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
