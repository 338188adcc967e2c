"""Step: composed tents of each seed, as networks, with the pieces that they have and need."""

import pandas as pd

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.learning.parts_by_seed import by_seed
from workflow_scripts.studies.approximation.composed import tent_rows
from workflow_scripts.studies.approximation.settings import Tents


def main(snakemake: Job) -> None:
    """Write the table of a batch."""
    settings = Tents.model_validate(section(snakemake.params.cfg, "tents"))
    done = PartialResults.of(snakemake)

    def of_seed(seed: int) -> dict[str, pd.DataFrame]:
        return {"table": pd.DataFrame(tent_rows(settings, seed))}

    tables = by_seed(done, seeds_of(snakemake.wildcards.seeds), of_seed)
    write_table(tables["table"], snakemake.output.table)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
