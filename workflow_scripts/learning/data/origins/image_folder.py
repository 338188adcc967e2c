"""A folder of images by class: one folder per class, in the order of their names."""

from pathlib import Path

import numpy as np

from workflow_scripts.core.errors import UserError

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp")


def class_folders(folder: Path) -> dict[str, list[Path]]:
    """The images of each class by its name; UserError for a folder without any."""
    if not folder.is_dir():
        raise UserError(f"{folder} is no folder: it is named by a data set of your own")
    found = {
        each.name: sorted(path for path in each.iterdir() if path.suffix.lower() in SUFFIXES)
        for each in sorted(folder.iterdir())
        if each.is_dir() and not each.name.startswith(".")
    }
    for name, images in found.items():
        if not images:
            raise UserError(f"{folder / name} has no images ({', '.join(SUFFIXES)})")
    if not found:
        raise UserError(f"{folder} has no folders: it should have one folder of images per class")
    return found


def size_of(path: Path) -> tuple[int, ...]:
    """The shape of one image: height and width, after 3 if it has colours."""
    return _opened(path).shape


def read_images(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Images `[n, height, width]` or `[n, 3, height, width]` of bytes, and class numbers `[n]`.

    UserError names an image that differs in size or in colours from the first one.
    """
    inputs: list[np.ndarray] = []
    labels: list[int] = []
    for label, images in enumerate(class_folders(folder).values()):
        for path in images:
            image = _opened(path)
            if inputs and image.shape != inputs[0].shape:
                raise UserError(
                    f"{path} has shape {image.shape}, but the first image {inputs[0].shape}:"
                    " all images must have one size, and all colours or none"
                )
            inputs.append(image)
            labels.append(label)
    return np.stack(inputs), np.array(labels, np.int64)


def _opened(path: Path) -> np.ndarray:
    from PIL import Image, UnidentifiedImageError  # every start of the workflow imports this file

    try:
        with Image.open(path) as image:
            grey = image.mode in ("1", "L", "LA", "I;16")
            array = np.asarray(image.convert("L" if grey else "RGB"))
    except (UnidentifiedImageError, OSError) as error:
        raise UserError(f"{path} is no whole image ({error})") from error
    return array if grey else np.moveaxis(array, -1, 0)
