"""Arrays in .npy and .npz files of a user, of numbers."""

import zipfile
from pathlib import Path

import numpy as np

from workflow_scripts.core.errors import UserError


def array_in(name: str, look: bool = False) -> np.ndarray:
    """The array of a .npy file, mapped, or one of a .npz file, as `file.npz/array`.

    With `look` only shape and type are right for a .npz. UserError names a file that is missing or
    is no such file, and the arrays that there are.
    """
    path, member = split_name(name)
    if not path.is_file():
        raise UserError(f"{path} is missing: it is named by a data set of your own")
    try:
        if path.suffix == ".npz":
            return _member(path, member, look)
        return np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError, SyntaxError, OSError, zipfile.BadZipFile) as error:
        raise UserError(f"{path} is no whole .npy or .npz file of numbers ({error})") from error


def split_name(name: str) -> tuple[Path, str]:
    """The file, and the name of an array in it or ""; `~` is the home of the user."""
    head, mark, member = name.rpartition(".npz/")
    return Path(f"{head}.npz" if mark else name).expanduser(), member if mark else ""


def _member(path: Path, member: str, look: bool) -> np.ndarray:
    with zipfile.ZipFile(path) as archive:
        names = [name.removesuffix(".npy") for name in archive.namelist()]
        if member not in names:
            said = f"has no array {member!r}" if member else "holds arrays with names"
            raise UserError(f"{path} {said}: write {path}/ and one of {', '.join(names)}")
        with archive.open(f"{member}.npy") as opened:
            if not look:
                return np.lib.format.read_array(opened, allow_pickle=False)
            version = np.lib.format.read_magic(opened)
            reader = {
                (1, 0): np.lib.format.read_array_header_1_0,
                (2, 0): np.lib.format.read_array_header_2_0,
            }
            shape, _, dtype = reader[version](opened)
    return np.broadcast_to(np.zeros((), dtype), shape)
