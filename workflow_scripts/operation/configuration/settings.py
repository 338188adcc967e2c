"""All settings of the workflow."""

from typing import Literal, get_args

from pydantic import ConfigDict, Field, model_validator

from workflow_scripts.core.settings import Settings
from workflow_scripts.learning.data.settings import Cifar10, Digits, FashionMnist, Mnist1d
from workflow_scripts.studies.connectivity.settings import Connectivity
from workflow_scripts.studies.double_descent.settings import DoubleDescent
from workflow_scripts.studies.grokking.settings import Grokking
from workflow_scripts.studies.hopfield.settings import Hopfield
from workflow_scripts.studies.lottery.settings import Lottery
from workflow_scripts.studies.sharpness.settings import Sharpness

Scale = Literal["smoke", "laptop", "paper"]
Study = Literal["lottery", "double_descent", "grokking", "sharpness", "connectivity", "hopfield"]
STUDIES: tuple[str, ...] = get_args(Study)


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
    """Everything that can be set, checked before anything runs."""

    scale: Scale
    """smoke proves the machinery, laptop decides the claims, paper is the papers' own size."""
    studies: tuple[Study, ...] = Field(min_length=1)
    """The studies to run."""
    device: Literal["auto", "cpu", "cuda"]
    """Where networks are trained and run; auto takes a GPU if there is one."""
    data: Data
    """The data sets."""
    lottery: Lottery
    """Winning tickets."""
    double_descent: DoubleDescent
    """Double descent."""
    connectivity: Connectivity
    """Mode connectivity."""
    sharpness: Sharpness
    """Flat valleys, sharp pits."""
    hopfield: Hopfield
    """Associative memory."""
    grokking: Grokking
    """Generalisation long after memorisation."""

    @model_validator(mode="after")
    def _consistent(self) -> "Configuration":
        if "connectivity" in self.studies:
            self.connectivity.check(self.lottery)
        return self
