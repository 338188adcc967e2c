"""Data sets of one's own in the settings of studies: what follows from them, where it is left out.

A study's files say how many of which examples it takes and what its networks read. With other data
most of that cannot be, so it follows from the data, except for what a user says himself.
"""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from workflow_scripts.learning.data.origins.arrays_settings import Arrays
from workflow_scripts.learning.data.origins.own_arrays import Own
from workflow_scripts.learning.data.origins.seen import known

KIND = "arrays"
SMALLEST = 8
"""The smallest side, in pixels, to which images are averaged unless a user says so."""


def own_data_in(content: Mapping[str, Any], study: str, chosen: Mapping[str, Any]) -> Any:
    """The settings of `study` in the merged `content`, with what follows from data of one's own.

    `chosen` are those that the user gives for the study. Settings that are not valid stay as they
    are; they are refused later. UserError names a file of a data set that is used and not there.
    """
    data, studies = content.get("data"), content.get("studies")
    if not isinstance(data, Mapping) or (isinstance(studies, list) and study not in studies):
        return content[study]
    own = {
        name: each
        for name, each in data.items()
        if isinstance(each, Mapping) and each.get("kind") == KIND
    }
    if not own:
        return content[study]
    return _Follow(own, data.get("folder", "data")).within(content[study], chosen)


class _Follow:
    def __init__(self, own: Mapping[str, Any], folder: Any) -> None:
        self.own, self.folder = own, Path(str(folder)).expanduser()
        self.stands_for = {
            each["instead_of"]: name
            for name, each in own.items()
            if isinstance(each.get("instead_of"), str)
        }

    def within(self, value: Any, chosen: Any, read: tuple[Own, Any] | None = None) -> Any:
        """`value` with what follows; `chosen` is the part of it that the user gives.

        `read` is what the networks inside read unless there is another sample beside them.
        """
        if not isinstance(value, Mapping):
            return value
        given = chosen if isinstance(chosen, Mapping) else {}
        inside = dict(value)
        # What a study takes for its pictures only, under another key, stays as it is.
        if isinstance(inside.get("dataset"), str):
            inside["dataset"] = self.named(inside["dataset"])
        if isinstance(inside.get("sample"), Mapping):
            sample, read = self.within(inside["sample"], given.get("sample")), None
            if of := self.known(sample.get("dataset")):
                sample = _sampled(sample, of, given.get("sample"))
                read = of, sample.get("downsample", 1)
            inside["sample"] = sample
        if read and isinstance(inside.get("network"), Mapping):
            inside["network"] = _fitted(inside["network"], *read, given.get("network"))
        for key in inside.keys() - {"sample"}:
            inside[key] = self.within(inside[key], given.get(key), read)
        return inside

    def named(self, dataset: str) -> str:
        """The full name of a data set of one's own, or of the one that stands for this one."""
        name = self.stands_for.get(dataset, dataset)
        return f"{KIND}/{name}" if name in self.own else name

    def known(self, dataset: Any) -> Own | None:
        """What is known of a data set, if it is one's own and its settings are right."""
        kind, _, name = str(dataset).partition("/")
        if kind != KIND or name not in self.own:
            return None
        try:
            settings = Arrays.model_validate(self.own[name])
        except ValidationError:
            return None
        return known(self.folder / str(dataset), settings)


def _sampled(sample: dict[str, Any], of: Own, chosen: Any) -> dict[str, Any]:
    """Fewer examples in the same proportions where there are fewer, and no smaller images."""
    given = chosen if isinstance(chosen, Mapping) else {}
    new = dict(sample)
    train, validation, test = (sample.get(key) for key in ("train", "validation", "test"))
    if isinstance(train, int) and isinstance(validation, int):
        wanted = train + validation
        if wanted > of.train and not {"train", "validation"} & given.keys():
            new["validation"] = validation * of.train // wanted
            new["train"] = of.train - new["validation"]
    if isinstance(test, int) and "test" not in given:
        new["test"] = min(test, of.test)
    size = sample.get("downsample", 1)
    if "downsample" not in given and isinstance(size, int) and size > 1:
        sides = of.shape[-2:] if len(of.shape) > 1 else ()
        if not sides or any(side % size or side // size < SMALLEST for side in sides):
            new["downsample"] = 1
    return new


def _fitted(network: Mapping[str, Any], of: Own, size: Any, chosen: Any) -> dict[str, Any]:
    """The network with the inputs and outputs that the data have, unless the user gives them."""
    given = chosen if isinstance(chosen, Mapping) else {}
    shape = of.shape
    if len(shape) > 1 and isinstance(size, int) and size > 0:
        shape = (*shape[:-2], *(side // size for side in shape[-2:]))
    new = dict(network)
    if "sizes" not in given and isinstance(sizes := network.get("sizes"), list) and sizes:
        new["sizes"] = [math.prod(shape), *sizes[1:-1], of.classes]
    if "input" not in given and "input" in network:
        new["input"] = list(shape if len(shape) == 3 else (1, *shape))
    if "classes" not in given and "classes" in network:
        new["classes"] = of.classes
    return new
