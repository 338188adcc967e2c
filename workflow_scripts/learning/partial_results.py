"""Resumable measurements: the parts that are done are saved until the whole is written."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ParamSpec

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from workflow_scripts.core.job import Job
from workflow_scripts.learning.ensemble.resume import ResumeState

P = ParamSpec("P")
TABLE, TENSOR = "table", "tensor"
ALONE = ""
"""The name of the only table of a part."""


@dataclass(frozen=True, eq=False)
class Found:
    """What one part of a measurement found, by name; at least one table or tensor."""

    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    tensors: Mapping[str, Tensor] = field(default_factory=dict)

    @classmethod
    def of(cls, table: pd.DataFrame, tensors: Mapping[str, Tensor] | None = None) -> "Found":
        """One table, and tensors by name."""
        return cls({ALONE: table}, tensors or {})

    @property
    def table(self) -> pd.DataFrame:
        """The table that has no name; KeyError if tables have names."""
        return self.tables[ALONE]


class PartialResults:
    """The finished parts of a measurement, which a job that was killed does not compute again.

    They are saved as the state of a training is, at most every ten seconds and between two parts: a
    part must not depend on what others leave behind, random numbers included. A part that is read
    back has the values, types and order of what was computed. Tensors are on the CPU, and the index
    of a table counts its rows.
    """

    def __init__(self, state: ResumeState | None = None) -> None:
        """`state` is where parts are saved; without one they are not."""
        self._state = state
        self._saved: dict[str, Tensor] = {}
        self._parts: dict[str, Found] = {}
        for key, tensor in ((state and state.load()) or {}).items():
            self._keep(key, tensor)
        if self._parts:
            print(f"resuming: {len(self._parts)} parts are done", flush=True)

    @classmethod
    def of(cls, snakemake: Job) -> "PartialResults":
        """The finished parts of a rule's job, saved next to the first output of the job."""
        return cls(ResumeState.of(snakemake, "parts"))

    def part(
        self, name: str, measure: Callable[P, Found], *args: P.args, **kwargs: P.kwargs
    ) -> Found:
        """What `measure` finds, or found before this job was started again.

        `name` tells the part from all others of the job; ValueError if two have the same.
        """
        if name in self._parts:
            return self._parts.pop(name)
        found = measure(*args, **kwargs)
        tables = {key: table.reset_index(drop=True) for key, table in found.tables.items()}
        tensors = {key: tensor.detach().cpu() for key, tensor in found.tensors.items()}
        encoded = {_key(name, TABLE, key): encoded_table(table) for key, table in tables.items()}
        encoded |= {_key(name, TENSOR, key): tensor for key, tensor in tensors.items()}
        if not encoded or encoded.keys() & self._saved.keys():
            raise ValueError(f"a part of a measurement found nothing, or twice: {name}")
        self._saved |= encoded
        if self._state is not None and self._state.due():
            self._state.save(self._saved)
        return Found(tables, tensors)

    def table(
        self, name: str, measure: Callable[P, pd.DataFrame], *args: P.args, **kwargs: P.kwargs
    ) -> pd.DataFrame:
        """The same for a part that is one table."""

        def found() -> Found:
            return Found.of(measure(*args, **kwargs))

        return self.part(name, found).table

    def discard(self) -> None:
        """Delete what was saved. Call after outputs are written."""
        if self._state is not None:
            self._state.discard()

    def _keep(self, key: str, tensor: Tensor) -> None:
        """Take a table or a tensor from the saved state."""
        part, kind, name = json.loads(key)
        before = self._parts.get(part, Found())
        tables, tensors = dict(before.tables), dict(before.tensors)
        if kind == TABLE:
            tables[name] = decoded_table(tensor)
        else:
            tensors[name] = tensor
        self._parts[part] = Found(tables, tensors)
        self._saved[key] = tensor


def _key(part: str, kind: str, name: str) -> str:
    return json.dumps([part, kind, name], ensure_ascii=False)


def encoded_table(table: pd.DataFrame) -> Tensor:
    """A table as bytes `[n]`, exactly: numbers as the shortest text that gives them back.

    Columns of numbers, marks and text; the index is that of `reset_index`.
    """
    columns = [[name, str(table[name].dtype), table[name].tolist()] for name in table.columns]
    text = json.dumps(columns, default=lambda number: number.item())
    return torch.from_numpy(np.frombuffer(text.encode(), dtype=np.uint8).copy())


def decoded_table(encoded: Tensor) -> pd.DataFrame:
    """The table of `encoded_table`."""
    columns = json.loads(encoded.numpy().tobytes())
    series = {name: pd.Series(values, dtype=dtype) for name, dtype, values in columns}
    return pd.DataFrame(series, columns=[name for name, *_ in columns])
