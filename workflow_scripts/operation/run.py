"""Run Snakemake with progress in words, dotted settings, and Ctrl-C in one line.

    python -m workflow_scripts.operation.run [arguments of snakemake]

For example `hopfield --config scale=smoke hopfield.capacity.trials=5`. All else is Snakemake's.
"""

import sys
from collections.abc import Sequence

from workflow_scripts.core.errors import UserError

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run Snakemake in this process; its status, or 130 after Ctrl-C."""
    try:
        # Here, because it takes a second, in which Ctrl-C is one line too.
        from workflow_scripts.operation.arguments import understood, with_progress

        given = with_progress(understood(sys.argv[1:] if arguments is None else arguments))
        from snakemake.cli import main as snakemake

        snakemake(given)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped: the same command continues where it stopped.", file=sys.stderr)
        return INTERRUPTED
    except SystemExit as ended:
        if isinstance(ended.code, str):
            print(ended.code, file=sys.stderr)
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0


if __name__ == "__main__":
    sys.exit(main())
