"""The base of all settings: typed, closed to unknown keys, immutable."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict

NAME = re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*")


def _name(text: str) -> str:
    if NAME.fullmatch(text) is None:
        raise ValueError(
            "a name consists of letters and digits, in words joined by hyphens or underscores:"
            " it becomes part of file names and of dotted keys"
        )
    return text


Name = Annotated[str, AfterValidator(_name)]
"""The name of a chain, an arm or a condition: part of paths and of dotted keys."""

KIND = "kind"
"""The field that discriminates the variants of a union."""


class Settings(BaseModel):
    """A group of settings. Each field is documented by the string below it, never in `Field()`.

    Such strings are not part of the code key, so better wording does not retrain a network.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False
    )


def spare(value: Any) -> Any:
    """Settings as JSON builtins, without those that have their default value.

    A new setting at its default therefore changes no job's parameters: the class fills it in when
    they are read. `kind` always stays, because it identifies the class.
    """
    if isinstance(value, Settings):
        return {
            field.alias or name: spare(getattr(value, name))
            for name, field in type(value).model_fields.items()
            if name == KIND or getattr(value, name) != field.get_default(call_default_factory=True)
        }
    if isinstance(value, Mapping):
        return {key: spare(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [spare(inner) for inner in value]
    return value


class Given(Mapping[str, Any]):
    """A rule's `cfg` as passed to its step; it records which keys the step reads."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.plain = values
        self._read: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        value = self.plain[key]
        self._read.add(key)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self.plain)

    def __len__(self) -> int:
        return len(self.plain)

    def unread(self) -> list[str]:
        """The keys that were never read: changing them would rerun the job needlessly."""
        return sorted(self.plain.keys() - self._read)


def section(cfg: Mapping[str, Any], name: str) -> Any:
    """The one value of a rule's `cfg` whose dotted key ends in `name`.

    A rule's parameters are a dict from dotted configuration keys, such as
    `chains.lenet.training`, to values, so that recorded ones can be compared with today's files.
    """
    found = [key for key in cfg if key == name or key.endswith(f".{name}")]
    if len(found) != 1:
        raise KeyError(f"{len(found)} keys end in {name!r} among {sorted(cfg)}")
    return cfg[found[0]]
