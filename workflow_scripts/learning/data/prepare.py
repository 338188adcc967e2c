"""Step: make a data set of one's own one that every study can read.

The arrays are copied to the data folder, because jobs map their files and check them against a
manifest; what was copied is what results are made from, whatever happens to the originals.
"""

from pathlib import Path

import numpy as np

from workflow_scripts.core.artifacts.atomic import write_json
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.job import Job
from workflow_scripts.core.sole import SoleCopy
from workflow_scripts.learning.data.arrays import write_arrays
from workflow_scripts.learning.data.formats.arrays import DESCRIPTION, ArraysFormat
from workflow_scripts.learning.data.formats.format import Constants
from workflow_scripts.learning.data.manifest import write_manifest
from workflow_scripts.learning.data.origins.arrays_settings import Arrays
from workflow_scripts.learning.data.origins.own_arrays import BYTES, Read, constants, digest, read
from workflow_scripts.learning.data.origins.seen import remember


def main(snakemake: Job) -> None:
    """Write the data set in `params.cfg` to the folder of the manifest, the output of the rule."""
    ((key, values),) = snakemake.params.cfg.items()
    settings = Arrays.model_validate(values)
    folder = Path(snakemake.output[0]).parent
    name = f"{folder.parent.name}/{folder.name}"
    SoleCopy(folder.with_name(f".{folder.name}.log")).acquire()
    seen = digest(settings)
    splits = read(settings)
    write_json(folder / DESCRIPTION, described(splits["train"], key).model_dump())
    for split, each in splits.items():
        write_arrays(folder, {f"{split}-inputs": checked(each), f"{split}-labels": each.labels})
    write_manifest(name, folder.parent.parent)
    remember(folder, settings, seen)
    print(f"{key}: {len(splits['train'].labels)} training and {len(splits['test'].labels)} test")


def described(train: Read, key: str) -> ArraysFormat:
    """The format of a data set with this training set; UserError if all its inputs are equal."""
    largest, mean, std = constants(checked(train))
    if not all(std):
        raise UserError(f"{key}: {train.names[0]} has a channel in which all numbers are equal")
    return ArraysFormat(
        kind="arrays",
        constants=Constants(
            classes=int(train.labels.max()) + 1,
            shape=train.inputs.shape[1:],
            largest=largest,
            mean=mean,
            std=std,
        ),
    )


def checked(split: Read) -> np.ndarray:
    """The inputs as bytes or float32; UserError for numbers that are not finite."""
    if split.inputs.dtype == BYTES:
        return split.inputs
    floats = np.asarray(split.inputs, np.float32)
    if not np.isfinite(floats).all():
        raise UserError(f"{split.names[0]} holds numbers that are missing or infinite")
    return floats


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
