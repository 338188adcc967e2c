"""The base of all settings: typed, closed to unknown keys, immutable."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict

NAME = re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*")


def _name(text: str) -> str:
    if NAME.fullmatch(text) is None:
        raise ValueError(
            "a name has letters and digits, in words joined by hyphens or underscores: it becomes"
            " part of file names and of dotted keys"
        )
    return text


Name = Annotated[str, AfterValidator(_name)]
"""What a user calls a chain, an arm, a condition: a part of paths and of dotted keys."""


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
