"""The data sets that can be read, each with its format in a file of its own.

A new one is that file and its name in `FormatKind`; only the data sets that a job's settings name
are part of its code key.
"""

from typing import Annotated

from pydantic import Field
from pydantic_core import PydanticKnownError

from workflow_scripts.core.errors import UserError, nearest
from workflow_scripts.core.kinds import kinds_of
from workflow_scripts.learning.data.formats.cifar10 import Cifar10Format
from workflow_scripts.learning.data.formats.digits import DigitsFormat
from workflow_scripts.learning.data.formats.fashion_mnist import FashionMnistFormat
from workflow_scripts.learning.data.formats.format import Format
from workflow_scripts.learning.data.formats.mnist1d import Mnist1dFormat

FormatKind = Annotated[
    FashionMnistFormat | Cifar10Format | DigitsFormat | Mnist1dFormat,
    Field(discriminator="kind"),
]


def format_of(name: str) -> Format:
    """The format of data set `name`; UserError names the known ones."""
    known = kinds_of(FormatKind)
    if name not in known:
        raise UserError(
            f"there is no data set {name!r}: choose from {', '.join(known)}{nearest(name, known)}"
        )
    return known[name](kind=name)


def known_data_set(name: str) -> str:
    """`name`, in settings; there, an unknown one is refused as if the names were a `Literal`."""
    *most, last = (f"'{known}'" for known in kinds_of(FormatKind))
    if name not in kinds_of(FormatKind):
        raise PydanticKnownError("literal_error", {"expected": f"{', '.join(most)} or {last}"})
    return name
