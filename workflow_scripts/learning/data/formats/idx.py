"""Files in the format of the MNIST database."""

from pathlib import Path

import numpy as np

from workflow_scripts.learning.data.formats.format import broken, size_of

UNSIGNED_BYTE = 0x08


def read_idx(path: Path) -> np.ndarray:
    """Map an idx file of unsigned bytes: magic 0, 0, 8, rank; the dimensions as big-endian uint32.

    Source: Y. LeCun, "The MNIST database", section "The IDX file format". UserError if the
    header or the size of the file does not conform to it.
    """
    size = size_of(path)
    with open(path, "rb") as opened:
        magic = opened.read(4)
        if len(magic) < 4 or magic[:3] != bytes((0, 0, UNSIGNED_BYTE)) or magic[3] == 0:
            raise broken(path, "does not begin with the header of an idx file of unsigned bytes")
        rank = magic[3]
        dimensions = opened.read(4 * rank)
    if len(dimensions) < 4 * rank:
        raise broken(path, "ends inside its header")
    shape = tuple(int(dimension) for dimension in np.frombuffer(dimensions, ">u4"))
    header = 4 + 4 * rank
    expected = header + int(np.prod(shape, dtype=object))
    if size != expected:
        raise broken(path, f"has {size} bytes where its header {shape} announces {expected}")
    if size == header:
        raise broken(path, "holds no examples")
    return np.memmap(path, np.uint8, "r", offset=header, shape=shape)
