"""The data sets that can be read; the format of each has its own file.

To add one, write that file and add its name to `FormatKind`. Only the data sets that the settings
of a job name are part of its code key.
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
    """Validate `name` in settings; an unknown one is refused as by a `Literal` of all names."""
    *most, last = (f"'{known}'" for known in kinds_of(FormatKind))
    if name not in kinds_of(FormatKind):
        raise PydanticKnownError("literal_error", {"expected": f"{', '.join(most)} or {last}"})
    return name
