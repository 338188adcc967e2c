"""All settings of the workflow."""

from collections.abc import Mapping
from inspect import getdoc
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, create_model, model_validator
from pydantic_core import PydanticCustomError

from workflow_scripts.core.settings import Settings
from workflow_scripts.learning.data.origins.cifar10_settings import Cifar10
from workflow_scripts.learning.data.origins.digits_settings import Digits
from workflow_scripts.learning.data.origins.fashion_mnist_settings import FashionMnist
from workflow_scripts.learning.data.origins.mnist1d_settings import Mnist1d
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


StudyName = Annotated[str, AfterValidator(_registered)]
"""The name of a study."""


class Data(Settings):
    """The data sets, by the names under which they lie in the data folder."""

    model_config = ConfigDict(serialize_by_alias=True)

    folder: str = "data"
    """Where data sets lie, relative to the repository or absolute."""
    fashion_mnist: FashionMnist = Field(alias="fashion-mnist")
    """Real images of clothes."""
    cifar_10: Cifar10 = Field(alias="cifar-10")
    """Real photographs, for the paper scale."""
    mnist_1d: Mnist1d = Field(alias="mnist-1d")
    """Generated one-dimensional digits."""
    digits: Digits
    """Small real digits."""


class Configuration(Settings):
    """Everything that can be set, checked before anything runs.

    This much all studies share; `WHOLE` has a field more for each study, of its name.
    """

    scale: Scale
    """smoke proves the machinery, laptop decides the claims, paper is the papers' own size."""
    studies: tuple[StudyName, ...] = Field(STUDIES, min_length=1)
    """The studies to run."""
    device: Literal["auto", "cpu", "cuda"]
    """Where networks are trained and run; auto takes a GPU if there is one."""
    data: Data
    """The data sets."""

    def by_study(self) -> Mapping[str, Settings]:
        """The settings of each study by its name, also of those that do not run."""
        return {name: getattr(self, name) for name in STUDIES}

    @model_validator(mode="after")
    def _consistent(self) -> "Configuration":
        for name in self.studies:
            REGISTERED[name].check_in(self.by_study())
        return self


def _whole() -> type[Configuration]:
    fields: dict[str, Any] = {
        name: (study.settings, Field(description=getdoc(study.settings)))
        for name, study in REGISTERED.items()
    }
    doc = Configuration.__doc__
    return create_model("Configuration", __base__=Configuration, __doc__=doc, **fields)


WHOLE = _whole()
"""The settings of all studies and what they share."""
