"""Dotted settings for `snakemake` itself, which its profile calls before they are read."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

CONFIG = ("--config", "-C")
"""As in arguments.py, which must not be imported before the Snakefile pins arithmetic."""


def write_out_settings(argv: Sequence[str] = sys.argv) -> None:
    """Start Snakemake anew with what it can read, if it was given dotted settings.

    Or end in one line that says what to write instead. Snakemake's arguments are in `argv` if
    this process runs it; others, such as a plan, read theirs themselves.
    """
    command, *arguments = argv
    if "snakemake" not in Path(command).parts[-2:] or not _is_dotted(arguments):
        return
    # Here, because the Snakefile pins arithmetic before it imports them; this process ends anyway.
    from workflow_scripts.core.errors import UserError
    from workflow_scripts.operation.arguments import understood

    try:
        readable = understood(arguments)
    except UserError as error:
        sys.exit(f"error: {error}")
    if readable != arguments:
        os.execv(sys.executable, [sys.executable, "-m", "snakemake", *readable])


def _is_dotted(arguments: Sequence[str]) -> bool:
    """Whether what follows `--config` is anything but `key=value`."""
    taking = False
    for argument in arguments:
        option, equals, entry = argument.partition("=")
        if argument.startswith("-"):
            taking = option in CONFIG
            if not (taking and equals):
                continue
            argument = entry
        if taking and ("=" not in argument or "." in argument.partition("=")[0]):
            return True
    return False
