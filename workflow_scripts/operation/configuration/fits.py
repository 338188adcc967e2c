"""Whether samples and networks fit the data sets: checked across keys, before anything runs."""

import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from workflow_scripts.core.settings import Settings
from workflow_scripts.evidence.numbers import counted
from workflow_scripts.learning.data.formats.kinds import format_of
from workflow_scripts.learning.data.origins.arrays_settings import Arrays
from workflow_scripts.learning.data.origins.seen import known
from workflow_scripts.learning.data.sample import Sample
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.studies.demand import Demand, unfit_training


class Extent(NamedTuple):
    """What is known of a data set before it is there."""

    train: int
    """Number of training examples."""
    test: int
    """Number of test examples."""
    shape: tuple[int, ...]
    """Shape of an example; the last two axes of images are height and width in pixels."""
    classes: int
    """Number of classes."""
    setting: str = ""
    """The keys that decide the numbers of examples, if they are settings."""

    @property
    def images(self) -> bool:
        """Whether an example is an image."""
        return len(self.shape) > 1


PUBLISHED = {"fashion-mnist": (60_000, 10_000), "cifar-10": (50_000, 10_000)}
"""Numbers of training and test examples of published data sets."""
DIGITS = 1797
"""Number of digits in scikit-learn."""


def extent(name: str, data: Mapping[str, Settings], folder: Path) -> Extent:
    """The extent of data set `name`, given the settings of all data sets by name.

    UserError names a file of a data set of one's own that is missing or has no such data.
    """
    own = data[name]
    if isinstance(own, Arrays):
        of = known(folder / name, own)
        return Extent(of.train, of.test, of.shape, of.classes, f"data.{name.rpartition('/')[2]}")
    layout, settings = format_of(name, folder).constants, own.model_dump()
    shape = tuple(settings["length"] if side == -1 else side for side in layout.shape)
    if name in PUBLISHED:
        return Extent(*PUBLISHED[name], shape, layout.classes)
    train = settings.get("train", DIGITS - settings["test"])
    return Extent(train, settings["test"], shape, layout.classes, f"data.{name}")


def misfits(
    key: str,
    settings: Any,
    data: Mapping[str, Settings],
    folder: Path,
    read: tuple[Sample, Extent] | None = None,
) -> Iterator[str]:
    """One line for each sample and network inside `settings` that cannot be had from its data.

    `key` is the dotted key of `settings`, and `data` the settings of all data sets by name, which
    are below `folder`. Networks read the sample beside them, or else `read`. Every line begins with
    the key at fault.
    """
    if isinstance(settings, Settings):
        inside = {name: getattr(settings, name) for name in type(settings).model_fields}
        if isinstance(inside.get("sample"), Sample):
            sample = inside["sample"]
            if sample.dataset not in data:
                yield f"{key}.sample.dataset: there is no data set {sample.dataset!r}"
                return
            of = extent(sample.dataset, data, folder)
            lines = list(_of_sample(f"{key}.sample", sample, of))
            yield from lines
            read = None if lines else (sample, of)
            if isinstance(inside.get("training"), Training):
                training, network = inside["training"], inside.get("network")
                yield from unfit_training(f"{key}.training", training, sample.train, network)
        if "network" in inside and read:
            yield from _of_network(f"{key}.network", inside["network"], *read)
    elif isinstance(settings, Mapping):
        inside = dict(settings)
    elif isinstance(settings, tuple):
        inside = {str(at): each for at, each in enumerate(settings)}
    else:
        return
    for name, value in inside.items():
        yield from misfits(f"{key}.{name}", value, data, folder, read)


def unmet(
    key: str, demands: Iterable[Demand], data: Mapping[str, Settings], folder: Path
) -> Iterator[str]:
    """One line for each of the `demands` of the settings at `key` that the data do not meet."""
    for demand in demands:
        of, at = extent(demand.dataset, data, folder), f"{key}.{demand.key}"
        if demand.examples > of.train:
            yield (
                f"{at} asks for {demand.examples} training examples, but"
                f" {_source(demand.dataset, of)} has {of.train}"
            )
        if demand.shape and of.shape != demand.shape:
            yield (
                f"{at} asks for examples of shape {list(demand.shape)}, but those of"
                f" {_source(demand.dataset, of)} have {list(of.shape)}"
            )
        if demand.classes and of.classes != demand.classes:
            yield (
                f"{at} asks for {counted(demand.classes, 'class', 'classes')}, but"
                f" {_source(demand.dataset, of)} has {of.classes}"
            )
        if absent := [label for label in demand.labels if label >= of.classes]:
            yield f"{at} names class {absent[0]}, but {demand.dataset} has 0 to {of.classes - 1}"
        elif isinstance(data[demand.dataset], Arrays):
            continue  # its classes may have any sizes
        elif demand.each > (most := math.ceil(demand.among / of.classes)):
            yield (
                f"{at} asks for {demand.each} examples of each class, but {demand.among} training"
                f" examples of {demand.dataset} have {most}"
            )


def _source(name: str, of: Extent) -> str:
    return f"{name}{f' ({of.setting})' if of.setting else ''}"


def _of_sample(key: str, sample: Sample, of: Extent) -> Iterator[str]:
    source = _source(sample.dataset, of)
    wanted = sample.train + sample.validation
    if wanted > of.train:
        among = f" and {sample.validation} validation" if sample.validation else ""
        yield (
            f"{key}.train asks for {sample.train} training{among} examples, but {source} has"
            f" {of.train} for training"
        )
    if sample.test > of.test:
        yield f"{key}.test asks for {sample.test} test examples, but {source} has {of.test}"
    if sample.downsample == 1:
        return
    if not of.images:
        yield f"{key}.downsample is for images: the examples of {sample.dataset} are signals"
    elif any(side % sample.downsample for side in of.shape[-2:]):
        height, width = of.shape[-2:]
        yield f"{key}.downsample must divide images of {height} × {width} pixels"


def _of_network(key: str, network: Any, sample: Sample, of: Extent) -> Iterator[str]:
    shape = of.shape
    if of.images:
        shape = (*shape[:-2], *(side // sample.downsample for side in shape[-2:]))
    numbers = math.prod(shape)
    said = f"the examples of {sample.dataset}"
    if sizes := getattr(network, "sizes", None):
        if sizes[0] != numbers:
            yield f"{key}.sizes must begin with {numbers}, the numbers in {said}, not {sizes[0]}"
        if sizes[-1] < of.classes:
            yield f"{key}.sizes must end with {of.classes} or more, the classes of {said}"
    if given := getattr(network, "input", None):
        # Grey images and signals are stored without an axis for their one channel.
        fitting = shape if len(shape) == 3 else (1, *shape)
        if tuple(given) != fitting:
            yield f"{key}.input must be {list(fitting)}, the shape of {said}, not {list(given)}"
    if network.kind == "convolutional" and min(shape[-2:]) < 2 ** len(network.channels):
        yield f"{key}.channels has too many layers: pooling leaves no pixel of {said}"
    if (classes := getattr(network, "classes", None)) and classes < of.classes:
        yield f"{key}.classes must be {of.classes} or more, the classes of {said}"
