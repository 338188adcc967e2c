"""The base of all settings: typed, closed to unknown keys, immutable."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """A group of settings. Each field is documented by the string below it, never in `Field()`.

    Such strings are no part of the code key, so that better words do not retrain a network.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False
    )


def section(cfg: Mapping[str, Any], name: str) -> Any:
    """The one value of a rule's `cfg` whose dotted key ends in `name`.

    A rule's parameters are a dict from dotted configuration keys, such as
    `chains.lenet.training`, to values, so that a record of them can be held against today's files.
    """
    found = [key for key in cfg if key == name or key.endswith(f".{name}")]
    if len(found) != 1:
        raise KeyError(f"{len(found)} keys end in {name!r} among {sorted(cfg)}")
    return cfg[found[0]]
