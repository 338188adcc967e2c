"""The settings of compound scaling. Imports no torch."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from workflow_scripts.core.kinds import kinds_of
from workflow_scripts.core.settings import Name, Settings
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.networks.settings import Architecture

Count = Annotated[int, Field(gt=0)]
Rate = Annotated[float, Field(gt=0)]


def _staged(kind: str) -> str:
    # Not a `Literal`: a kind that is named in this file is in the key of all that read settings.
    of_stages = [
        name
        for name, each in kinds_of(Architecture).items()
        if {"channels", "blocks"} <= each.model_fields.keys()
    ]
    if kind not in of_stages:
        raise ValueError(f"the kind has channels and blocks by stage: {', '.join(of_stages)}")
    return kind


class Scaled(Settings):
    """A network of the study of compound scaling."""

    length: Count
    """Points of a signal: the resolution."""
    channels: tuple[Count, ...] = Field(min_length=1)
    """Channels of each stage: the width."""
    blocks: Count
    """Blocks of each stage: the depth."""
    rate: Rate
    """Learning rate, chosen on validation signals of other seeds."""


class Compound(Settings):
    """Depth, width and resolution scaled alone and together."""

    kind: Annotated[str, AfterValidator(_staged)]
    """The kind of the networks; it has channels and blocks by stage."""
    networks: dict[Name, Scaled]
    """All networks, by name."""
    base: str
    """Name of the one that is scaled."""
    single: tuple[str, ...] = Field(min_length=2)
    """Names of those in which one is scaled."""
    together: str
    """Name of the one in which all are."""
    half: str
    """Name of one in which all are scaled, at half the multiply-adds."""
    training: Training
    """The training of all; each network has its own rate."""

    @model_validator(mode="after")
    def _consistent(self) -> "Compound":
        for name in (self.base, *self.single, self.together, self.half):
            if name not in self.networks:
                raise ValueError(f"'{name}' is not among compound.networks")
        return self
