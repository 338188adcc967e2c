"""The table as a search sees it: what a choice of operations gives, and what it is worth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workflow_scripts.core.artifacts.digest import sha256
from workflow_scripts.core.artifacts.tables import read_table
from workflow_scripts.core.errors import UserError
from workflow_scripts.studies.nas.cell import named
from workflow_scripts.studies.nas.settings import Space

FEEDBACK = ("quarter", "half", "validation")


@dataclass(frozen=True, eq=False)
class Lookup:
    """One space in the table. Choices are numbered in the order of the product of its edges.

    A search is given the validation accuracy of one draw of the table, and judged by the test
    accuracy of the others: the networks that it selects by do not say how good they are.
    """

    edges: int
    """Number of free edges."""
    operations: int
    """Number of operations."""
    cells: np.ndarray
    """`[N]`: the cell of each choice, as a number among `names`."""
    names: list[str]
    """The different cells of the space."""
    feedback: dict[str, np.ndarray]
    """Validation accuracy (%) `[draws, N]` after a quarter, a half and all of the steps."""
    worth: np.ndarray
    """`[draws, N]`: mean test accuracy (%) in all other draws than this one."""

    @classmethod
    def of(cls, table: pd.DataFrame, space: Space) -> "Lookup":
        """A space; UserError names a cell of it that the table lacks."""
        chosen = list(named(space.operations, space.free))
        names = sorted(set(chosen))
        wide = {
            name: table.pivot(index="draw", columns="cell", values=name)
            for name in (*FEEDBACK, "test")
        }
        missing = [cell for cell in names if cell not in wide["test"].columns]
        if missing:
            raise UserError(f"the table has no cell {missing[0]}: train the table again")
        tested = wide["test"][chosen].to_numpy()
        draws = len(tested)
        others = (tested.sum(0) - tested) / (draws - 1) if draws > 1 else tested
        return cls(
            len(space.free),
            len(space.operations),
            np.array([names.index(cell) for cell in chosen]),
            names,
            {name: wide[name][chosen].to_numpy() for name in FEEDBACK},
            others,
        )

    @property
    def draws(self) -> int:
        """The number of draws of the table."""
        return len(self.worth)

    @property
    def unique(self) -> np.ndarray:
        """One choice for each different cell."""
        return np.unique(self.cells, return_index=True)[1]

    def code(self, picked: np.ndarray) -> np.ndarray:
        """The numbers `[…]` of choices, given the operation of each edge `[…, edges]`."""
        return picked @ self.operations ** np.arange(self.edges - 1, -1, -1)

    def picked(self, code: np.ndarray) -> np.ndarray:
        """The operation of each edge `[…, edges]` of the choices `[…]`."""
        places = self.operations ** np.arange(self.edges - 1, -1, -1)
        return code[..., None] // places % self.operations

    def of_cells(self, cells: Sequence[str]) -> np.ndarray:
        """A choice for each cell of the space."""
        first = dict(zip(self.names, self.unique.tolist(), strict=True))
        return np.array([first[cell] for cell in cells])


def table_of(path: str, digest: str | None) -> pd.DataFrame:
    """The table in a file; UserError if it has another SHA-256 than the given one."""
    if digest is not None and sha256(path) != digest:
        raise UserError(f"{path} is not the table with the SHA-256 {digest}: restore it from Git")
    return read_table(path)
