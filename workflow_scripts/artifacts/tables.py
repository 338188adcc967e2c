"""Tidy tables as CSV: one observation a row, floats written so that they read back exactly."""

from pathlib import Path

import pandas as pd

from workflow_scripts.artifacts.atomic import replacing
from workflow_scripts.errors import UserError


def write_table(frame: pd.DataFrame, path: str | Path) -> None:
    """Write `frame` without its index; floats in their shortest exact form."""
    with replacing(path) as temporary:
        frame.to_csv(temporary, index=False, lineterminator="\n")


def read_table(path: str | Path) -> pd.DataFrame:
    """Read a table written by `write_table`; UserError names a missing or broken file."""
    try:
        return pd.read_csv(path)
    except FileNotFoundError as error:
        raise UserError(f"{path} is missing: run snakemake again to make it") from error
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise UserError(
            f"{path} is not a whole table ({error}): delete it and run snakemake again"
        ) from error
