"""Checkpoints: named arrays in one safetensors file that carries its own SHA-256."""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from workflow_scripts.core.artifacts.atomic import replacing
from workflow_scripts.core.errors import UserError

DIGEST = "sha256"
FACTS = "facts"


def save_checkpoint(
    path: str | Path, arrays: Mapping[str, np.ndarray], facts: Mapping[str, str] | None = None
) -> None:
    """Write `arrays` and the strings in `facts`; the same content gives the same bytes.

    Tensors on the CPU can be passed as `tensor.numpy()`; this module never imports torch, so that
    a step which only counts or prunes weights does not pay for its import.
    """
    arrays = {name: np.asarray(arrays[name], order="C") for name in sorted(arrays)}
    facts = dict(facts or {})
    sealed = {**facts, DIGEST: digest(arrays, facts)}
    # A single entry: safetensors writes several in an order that varies.
    text = json.dumps(sealed, sort_keys=True, ensure_ascii=False)
    content = save(arrays, metadata={FACTS: text})
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def load_checkpoint(path: str | Path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Return `(arrays, facts)`; a truncated or changed file is set aside and refused by name.

    The refused file is renamed to `*.corrupt`, so that the next run creates it again.
    """
    path = Path(path)
    if not path.exists():
        raise UserError(f"{path} is missing: run snakemake again to make it")
    if not os.access(path, os.R_OK):
        raise UserError(f"{path} cannot be read: make it readable and run again")
    try:
        with safe_open(path, framework="numpy") as opened:
            facts = dict(json.loads((opened.metadata() or {}).get(FACTS, "{}")))
            arrays = {name: opened.get_tensor(name) for name in sorted(opened.keys())}
    except (SafetensorError, OSError, ValueError, TypeError) as error:
        raise _refused(path, f"truncated or not a checkpoint ({error})") from error
    if facts.pop(DIGEST, None) != digest(arrays, facts):
        raise _refused(path, "changed since it was written (its SHA-256 does not match)")
    return arrays, facts


def digest(arrays: Mapping[str, np.ndarray], facts: Mapping[str, str]) -> str:
    """SHA-256 over `facts` and the sorted names, types, shapes and bytes of `arrays`."""
    total = hashlib.sha256(json.dumps(dict(facts), sort_keys=True).encode())
    for name in sorted(arrays):
        array = np.asarray(arrays[name], order="C")
        total.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        total.update(array.data if array.size else b"")
    return total.hexdigest()


def _refused(path: Path, reason: str) -> UserError:
    aside = path.with_name(path.name + ".corrupt")
    try:
        path.replace(aside)
    except OSError:
        return UserError(f"{path} is {reason}: delete it and run snakemake again")
    return UserError(
        f"{path} is {reason}: it was set aside as {aside.name}; "
        "run the same command again to create it anew"
    )
