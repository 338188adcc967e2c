"""The settings of each data set: one typed model a name, the source of the configuration's docs."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, ValidationError

from workflow_scripts.core.errors import UserError
from workflow_scripts.core.settings import Settings


class FashionMnist(Settings):
    """Fashion-MNIST: 60,000 and 10,000 grey images of 28 × 28 pixels (Xiao et al. 2017)."""

    sources: list[Literal["folder", "official", "debian"]] = Field(
        default=["folder", "official", "debian"], min_length=1
    )
    """Where to look for the four files, in this order; every source must give the same bytes."""
    local_folder: str | None = None
    """Folder with the four files, as they are or with .gz, for the source "folder"."""


class Cifar10(Settings):
    """CIFAR-10: 50,000 and 10,000 colour images of 32 × 32 pixels (Krizhevsky 2009)."""

    sources: list[Literal["folder", "official"]] = Field(
        default=["folder", "official"], min_length=1
    )
    """Where to look for cifar-10-binary.tar.gz, in this order."""
    local_folder: str | None = None
    """Folder with cifar-10-binary.tar.gz, for the source "folder"."""


class Mnist1d(Settings):
    """MNIST-1D: generated signals of ten classes; the paper's defaults (Greydanus & Kobak 2024)."""

    train: int = Field(default=4000, ge=10)
    """Training examples, a tenth of each class."""
    test: int = Field(default=1000, ge=10)
    """Test examples, a tenth of each class, drawn from a stream of their own."""
    length: int = Field(default=40, ge=2)
    """Points of a signal: the resolution at which the same underlying signals are sampled."""
    seed: int = Field(default=42, ge=0)
    """Seed of the generator; the same seed gives the same signals at every length."""
    padding: tuple[int, int] = (36, 60)
    """Fewest and most zeros that are appended to a template of 12 points."""
    scale: float = Field(default=0.4, ge=0)
    """Width of the interval around 1 from which the amplitude is drawn."""
    max_translation: int = Field(default=48, ge=1)
    """Bound (exclusive) of the circular shift, in points of the padded signal."""
    correlated_noise: float = Field(default=0.25, ge=0)
    """Deviation of the noise that is smoothed and fills the padding."""
    white_noise: float = Field(default=0.02, ge=0)
    """Deviation of the independent noise at each point."""
    shear: float = Field(default=0.75, ge=0)
    """Width of the interval around 0 from which the slope of the added ramp is drawn."""


class Digits(Settings):
    """scikit-learn's digits: 1797 grey images of 8 × 8 pixels (Alpaydin & Kaynak 1998)."""

    test: int = Field(default=360, ge=10, le=1787)
    """Test examples; the other images are the training set."""
    seed: int = Field(default=0, ge=0)
    """Seed of the stratified split."""


DATA_SETTINGS: dict[str, type[Settings]] = {
    "fashion-mnist": FashionMnist,
    "cifar-10": Cifar10,
    "mnist-1d": Mnist1d,
    "digits": Digits,
}


def parse(cfg: Mapping[str, Any]) -> tuple[str, Settings]:
    """Read `{"data.<name>": {...}}`; UserError names an unknown data set or a wrong setting."""
    ((key, values),) = cfg.items()
    name = key.removeprefix("data.")
    if name not in DATA_SETTINGS:
        raise UserError(f"{key} is no data set: choose from {', '.join(DATA_SETTINGS)}")
    try:
        return name, DATA_SETTINGS[name].model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join([key, *map(str, first["loc"])])
        raise UserError(f"{place}: {first['msg']} (got {first['input']!r})") from error
