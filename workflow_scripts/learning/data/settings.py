"""The data sets that can be obtained; the settings of each have their own file."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, ValidationError

from workflow_scripts.core.errors import UserError
from workflow_scripts.core.kinds import kinds_of
from workflow_scripts.learning.data.origins.cifar10_settings import Cifar10
from workflow_scripts.learning.data.origins.digits_settings import Digits
from workflow_scripts.learning.data.origins.fashion_mnist_settings import FashionMnist
from workflow_scripts.learning.data.origins.mnist1d_settings import Mnist1d

FetchedKind = Annotated[FashionMnist | Cifar10, Field(discriminator="kind")]
GeneratedKind = Annotated[Mnist1d | Digits, Field(discriminator="kind")]


def parse(cfg: Mapping[str, Any], union: Any) -> tuple[str, Any]:
    """Read `{"data.<name>": {...}}` as settings of a kind in `union`, such as `FetchedKind`.

    UserError names an unknown data set or a wrong setting.
    """
    ((key, values),) = cfg.items()
    name = key.removeprefix("data.")
    known = kinds_of(union)
    if name not in known:
        raise UserError(f"{key} is not a data set: choose from {', '.join(known)}")
    try:
        return name, known[name].model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join([key, *map(str, first["loc"])])
        raise UserError(f"{place}: {first['msg']} (got {first['input']!r})") from error
