"""Called at the end of a study's `figures.py`: draw the outputs of its rule."""

from collections import ChainMap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from workflow_scripts.core.artifacts.tables import read_table
from workflow_scripts.core.job import Job
from workflow_scripts.evidence.figures.marks import PUBLISHED
from workflow_scripts.evidence.figures.style import save

Tables = Mapping[str, pd.DataFrame]
Figures = Mapping[str, Callable[[Tables, Mapping[str, Any]], Figure]]


def draw(figures: Figures, snakemake: Job) -> None:
    """Draw each output of a rule from its tables.

    An output's stem names its figure, its ending the kind of file. Figures find the published
    numbers of their study among the settings.
    """
    tables = {name: read_table(path) for name, path in snakemake.input.items()}
    cfg = ChainMap({PUBLISHED: snakemake.params.published}, snakemake.params.cfg)
    names = dict.fromkeys(Path(path).stem for path in snakemake.output)
    for name in names:
        drawn = figures[name](tables, cfg)
        for path in snakemake.output:
            if Path(path).stem == name:
                save(drawn, path)
