"""Tidy tables as CSV: one observation per row, floats written so that they read back exactly."""

from pathlib import Path

import pandas as pd

from workflow_scripts.core.artifacts.atomic import replacing
from workflow_scripts.core.errors import UserError


def write_table(frame: pd.DataFrame, path: str | Path) -> None:
    """Write `frame` without its index; floats in their shortest exact form."""
    with replacing(path) as temporary:
        frame.to_csv(temporary, index=False, lineterminator="\n")


def read_table(path: str | Path) -> pd.DataFrame:
    """Read a table written by `write_table`; UserError names a missing or broken file.

    An empty field is a missing value; words such as NA or null are read as text.
    """
    try:
        return pd.read_csv(path, keep_default_na=False, na_values=[""])
    except FileNotFoundError as error:
        raise UserError(f"{path} is missing: run snakemake again to make it") from error
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())  # one line of pandas' several
        raise UserError(
            f"{path} is not a complete table ({reason}): delete it and run snakemake again"
        ) from error
