"""Where networks are trained."""

import torch

from workflow_scripts.errors import UserError


def device(name: str) -> torch.device:
    """The device for `auto`, `cpu` or `cuda`; `auto` takes a GPU if torch can really use one."""
    available = torch.cuda.is_available()
    if name == "cuda" and not available:
        raise UserError("device: cuda was asked for, but torch finds no GPU: set device to auto")
    return torch.device("cuda" if available and name != "cpu" else "cpu")
