"""The data sets that can be read; the format of each has its own file.

To add one, write that file and add its name to `FormatKind`. Only the data sets that the settings
of a job name are part of its code key.
"""

from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_core import PydanticKnownError

from workflow_scripts.core.errors import UserError, nearest
from workflow_scripts.core.kinds import kinds_of
from workflow_scripts.learning.data.formats.arrays import ArraysFormat
from workflow_scripts.learning.data.formats.cifar10 import Cifar10Format
from workflow_scripts.learning.data.formats.digits import DigitsFormat
from workflow_scripts.learning.data.formats.fashion_mnist import FashionMnistFormat
from workflow_scripts.learning.data.formats.format import Format
from workflow_scripts.learning.data.formats.mnist1d import Mnist1dFormat

FormatKind = Annotated[
    FashionMnistFormat | Cifar10Format | DigitsFormat | Mnist1dFormat | ArraysFormat,
    Field(discriminator="kind"),
]


def class_of(name: str) -> type[Format]:
    """The class of the format of data set `name`; UserError names the known ones."""
    known, kind = kinds_of(FormatKind), kind_of(name)
    if kind not in known:
        names = [each for each, kind in known.items() if not kind.several]
        raise UserError(
            f"there is no data set {name!r}: choose from {', '.join(names)}{nearest(name, names)}"
        )
    found: type[Format] = known[kind]
    return found


def kind_of(name: str) -> str:
    """The kind of data set `name`, which is `kind` or `kind/name`."""
    return name.partition("/")[0]


def format_of(name: str, folder: Path) -> Format:
    """The format of data set `name` below `folder`; UserError if it is unknown or not there."""
    return class_of(name).of(kind_of(name), Path(folder) / name)


def known_data_set(name: str) -> str:
    """Validate `name` in settings; an unknown one is refused as by a `Literal` of all names.

    A data set of one's own has been given its whole name by then.
    """
    known = kinds_of(FormatKind)
    kind = known.get(kind_of(name))
    if kind is None or kind.several != ("/" in name):
        *most, last = (f"'{each}'" for each, kind in known.items() if not kind.several)
        raise PydanticKnownError("literal_error", {"expected": f"{', '.join(most)} or {last}"})
    return name
