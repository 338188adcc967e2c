"""Record the verdicts of the last run, and write what is shown of them in the repository.

    python -m workflow_scripts.operation.record [--scale laptop]

`snakemake claims` and `make claims` compare later runs with the record. At the laptop scale also
the parts of README.md between its markers, the ledger docs/ledger.md and the pictures of the README
in docs/thumbnails/ are written.
"""

import argparse
import sys

from workflow_scripts.core.artifacts.atomic import write_text
from workflow_scripts.core.artifacts.tables import read_table, write_table
from workflow_scripts.core.errors import UserError
from workflow_scripts.evidence.claims.ledger import RECORDED
from workflow_scripts.operation.configuration.run import ROOT, Run
from workflow_scripts.operation.readme import ledger_page, with_parts
from workflow_scripts.operation.stored_run import StoredRun
from workflow_scripts.operation.thumbnails import write_thumbnails

SHOWN = "laptop"


def main(arguments: list[str] | None = None) -> int:
    """Write `results/<scale>/recorded-verdicts.csv` from the ledger in the same folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--scale", default=SHOWN, help="scale of the verdicts (default: laptop)")
    scale = parser.parse_args(arguments).scale
    folder = ROOT / "results" / scale
    try:
        verdicts = read_table(folder / "claims.csv")[RECORDED]
        write_table(verdicts, folder / "recorded-verdicts.csv")
        if scale == SHOWN:
            context = StoredRun(Run(scale)).context()
            readme = ROOT / "README.md"
            write_text(readme, with_parts(readme.read_text(encoding="utf-8"), context))
            write_text(ROOT / "docs/ledger.md", ledger_page(context))
            write_thumbnails(context, ROOT / "docs/thumbnails")
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{len(verdicts)} verdicts recorded in results/{scale}/recorded-verdicts.csv")
    return 0


if __name__ == "__main__":
    sys.exit(main())
