"""Called at the end of a study's `figures.py`: draw the outputs of its rule."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from workflow_scripts.core.artifacts.tables import read_table
from workflow_scripts.core.job import Job
from workflow_scripts.evidence.figures.style import save

Tables = Mapping[str, pd.DataFrame]
Figures = Mapping[str, Callable[[Tables, Mapping[str, Any]], Figure]]


def draw(figures: Figures, snakemake: Job) -> None:
    """Draw each output of a rule from its tables; an output's stem names its figure."""
    tables = {name: read_table(path) for name, path in snakemake.input.items()}
    for path in snakemake.output:
        save(figures[Path(path).stem](tables, snakemake.params.cfg), path)
