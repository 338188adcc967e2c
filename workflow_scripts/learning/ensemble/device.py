"""Where networks are trained."""

import os

import torch

from workflow_scripts.core.errors import UserError


def device(name: str) -> torch.device:
    """The device for `auto`, `cpu` or `cuda`; `auto` takes a GPU if torch can really use one."""
    available = torch.cuda.is_available()
    if name == "cuda" and not available:
        raise UserError("device: cuda was asked for, but torch finds no GPU: set device to auto")
    if not available or name == "cpu":
        return torch.device("cpu")
    # Same seed, same bits on a GPU too. On a CPU what we use is deterministic by itself, and this
    # call alone imports a second's worth of torch.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
    return torch.device("cuda")
