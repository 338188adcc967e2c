"""Resumable training: the state is saved periodically to a file that Snakemake does not track."""

import os
import time
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from workflow_scripts.core.artifacts.checkpoints import load_checkpoint, save_checkpoint
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.identity import identity_of
from workflow_scripts.core.job import Job

SAVE_SECONDS = "NICE_TO_KNOW_SAVE_SECONDS"


class ResumeState:
    """The state of one training on disk; it belongs to a `key`, the identity of the job.

    Snakemake deletes declared outputs before it runs a job again, so the file is not declared. A
    state of another key, or a broken one, is ignored: training then starts at its first step.
    """

    def __init__(self, path: str | Path, key: str) -> None:
        self.path = Path(path)
        self.key = key
        self.every = float(os.environ.get(SAVE_SECONDS, "10"))
        self.keeps_end = False
        self._saved = time.monotonic()

    @classmethod
    def of(cls, snakemake: Job, part: str = "") -> "ResumeState":
        """The state of the training of a rule's job, saved next to the first output of the job.

        A job with several trainings names each by `part`; final states are kept until all are done.
        """
        output = Path(snakemake.output[0])
        stem = f"{output.stem}-{part}" if part else output.stem
        path = output.with_name(f".resume-{stem}.safetensors")
        state = cls(path, identity_of(snakemake))
        state.keeps_end = bool(part)
        return state

    def load(self) -> dict[str, Tensor] | None:
        """The tensors saved last, or None if there are none for this key."""
        if not self.path.exists():
            return None
        try:
            arrays, facts = load_checkpoint(self.path)
        except UserError as error:
            print(f"starting from the first step: {error}", flush=True)
            return None
        if facts.get("key") != self.key:
            print(f"starting from the first step: {self.path.name} belongs to another job")
            return None
        return {name: torch.from_numpy(array) for name, array in arrays.items()}

    def due(self) -> bool:
        """Whether enough time has passed to save again."""
        return time.monotonic() - self._saved >= self.every

    def save(self, tensors: Mapping[str, Tensor]) -> None:
        """Write the state atomically."""
        arrays = {name: tensor.detach().cpu().numpy() for name, tensor in tensors.items()}
        save_checkpoint(self.path, arrays, {"key": self.key})
        self._saved = time.monotonic()

    def discard(self) -> None:
        """Delete the saved state and any partial temporary file. Call after outputs are written."""
        for leftover in [self.path, *self.path.parent.glob(f".{self.path.name}.*.part")]:
            leftover.unlink(missing_ok=True)
