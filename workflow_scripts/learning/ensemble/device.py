"""Where networks are trained."""

import os

import torch

from workflow_scripts.core.errors import UserError


def device(name: str) -> torch.device:
    """The device for `auto`, `cpu` or `cuda`; `auto` takes a GPU if torch can use one."""
    available = torch.cuda.is_available()
    if name == "cuda" and not available:
        raise UserError("device: cuda was asked for, but torch finds no GPU: set device to auto")
    if not available or name == "cpu":
        return torch.device("cpu")
    # Same seed, same bits on a GPU too. The operations used here are deterministic on a CPU, and
    # this call alone would import parts of torch for a second.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
    return torch.device("cuda")
