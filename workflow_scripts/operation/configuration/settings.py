"""All settings of the workflow."""

from collections.abc import Mapping
from inspect import getdoc
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    create_model,
    model_validator,
)
from pydantic_core import PydanticCustomError

from workflow_scripts.core.errors import nearest
from workflow_scripts.core.settings import NAME, Name, Settings
from workflow_scripts.learning.data.origins.arrays_settings import Arrays
from workflow_scripts.learning.data.origins.cifar10_settings import Cifar10
from workflow_scripts.learning.data.origins.digits_settings import Digits
from workflow_scripts.learning.data.origins.fashion_mnist_settings import FashionMnist
from workflow_scripts.learning.data.origins.mnist1d_settings import Mnist1d
from workflow_scripts.operation.configuration.fits import misfits, unmet
from workflow_scripts.studies.registry import REGISTERED

Scale = Literal["smoke", "laptop", "paper"]
STUDIES: tuple[str, ...] = tuple(REGISTERED)
"""The names of all studies, in the order of the report."""


def _registered(name: str) -> str:
    if name not in STUDIES:
        *others, last = map(repr, STUDIES)
        expected = f"{', '.join(others)} or {last}"
        raise PydanticCustomError(
            "literal_error", "Input should be {expected}", {"expected": expected}
        )
    return name


def _at_home(folder: str) -> str:
    if not folder.strip():
        raise ValueError("should name a folder")
    try:
        return str(Path(folder).expanduser()) if folder.startswith("~") else folder
    except RuntimeError as error:  # there is no such user
        raise ValueError("should name a folder that exists") from error


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    if twice := [name for name in names if names.count(name) > 1]:
        raise ValueError(f"the study '{twice[0]}' is named twice")
    return names


StudyName = Annotated[str, AfterValidator(_registered)]
"""The name of a study."""


def _free(name: str) -> str:
    if name in (*get_args(Scale), "data") or "-only-" in name:  # as in `summary_folder`
        raise ValueError("is the name of a folder of other results: choose another")
    return name


def _of_a_kind(values: Any) -> Any:
    if not isinstance(values, Mapping) or "kind" not in values:
        raise PydanticCustomError("extra_forbidden", "unknown key")
    return values


OWN = "arrays"
"""The kind of data sets of one's own, and their folder below the data folder."""


class Data(Settings):
    """The data sets, by their names in the data folder.

    Others of your own have names that you choose: `mine: {kind: arrays, train: …, test: …}`.
    """

    model_config = ConfigDict(serialize_by_alias=True, extra="allow")
    __pydantic_extra__: dict[str, Annotated[Arrays, BeforeValidator(_of_a_kind)]]

    folder: Annotated[str, AfterValidator(_at_home)] = "data"
    """The folder of the data sets, relative to the repository or absolute; ~ is your home."""
    fashion_mnist: FashionMnist = Field(alias="fashion-mnist")
    """Real images of clothes."""
    cifar_10: Cifar10 = Field(alias="cifar-10")
    """Real photographs, for the paper scale."""
    mnist_1d: Mnist1d = Field(alias="mnist-1d")
    """Generated one-dimensional digits."""
    digits: Digits
    """Small real digits."""

    def by_name(self) -> Mapping[str, Settings]:
        """The settings of each data set by its name."""
        values = {
            f.alias or name: getattr(self, name) for name, f in type(self).model_fields.items()
        }
        known = {name: value for name, value in values.items() if isinstance(value, Settings)}
        return known | {f"{OWN}/{name}": value for name, value in self.own.items()}

    @property
    def own(self) -> Mapping[str, Arrays]:
        """The data sets of one's own by the names that they have in the configuration."""
        return self.__pydantic_extra__

    @model_validator(mode="after")
    def _named(self) -> "Data":
        for name in self.own:
            if NAME.fullmatch(name) is None or name == OWN:
                raise ValueError(
                    f"data.{name} is no name for a data set: use letters and digits, in words"
                    " joined by hyphens or underscores"
                )
        published = [name for name in self.by_name() if not name.startswith(f"{OWN}/")]
        taken: dict[str, str] = {}
        for name, settings in self.own.items():
            place = settings.instead_of
            if place is None:
                continue
            if place not in published:
                raise ValueError(
                    f"data.{name}.instead_of must be one of {', '.join(published)}, not {place!r}"
                    f"{nearest(place, published)}"
                )
            if place in taken:
                raise ValueError(f"data.{name}.instead_of is that of data.{taken[place]} too")
            taken[place] = name
        return self


class Configuration(Settings):
    """Everything that can be set, checked before anything runs.

    These are the shared fields; `WHOLE` has one more field for each study, under its name.
    """

    scale: Scale
    """smoke tests the machinery, laptop decides the claims, paper has the sizes of the papers."""
    name: Annotated[Name, AfterValidator(_free)] | None = None
    """Name of a run of your own: its results are in results/<name>, beside those of the scales."""
    studies: Annotated[tuple[StudyName, ...], AfterValidator(_once)] = Field(STUDIES, min_length=1)
    """The studies to run."""
    device: Literal["auto", "cpu", "cuda"]
    """Where networks are trained and run; auto uses a GPU if there is one."""
    data: Data
    """The data sets."""

    @property
    def run(self) -> str:
        """The folder of the run's results, below `results`."""
        return self.name or self.scale

    def by_study(self) -> Mapping[str, Settings]:
        """The settings of each study by its name, including studies that do not run."""
        return {name: getattr(self, name) for name in STUDIES}

    @model_validator(mode="after")
    def _consistent(self) -> "Configuration":
        for name in self.studies:
            REGISTERED[name].check_in(self.by_study())
            study, registered = self.by_study()[name], REGISTERED[name]
            data, folder = self.data.by_name(), Path(self.data.folder)
            for line in (
                *misfits(name, study, data, folder),
                *unmet(name, registered.demands(study), data, folder),
                *(f"{name}.{fault}" for fault in registered.faults(study)),
            ):
                raise ValueError(line)
        return self


def _whole() -> type[Configuration]:
    fields: dict[str, Any] = {
        name: (study.settings, Field(description=getdoc(study.settings)))
        for name, study in REGISTERED.items()
    }
    doc = Configuration.__doc__
    return create_model("Configuration", __base__=Configuration, __doc__=doc, **fields)


WHOLE = _whole()
"""The class of all settings: those of each study and the shared ones."""
