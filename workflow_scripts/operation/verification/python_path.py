"""Jobs import the package of the checkout whose rules they belong to."""

import os
from pathlib import Path


def put_first(root: Path) -> None:
    """Put `root` first on the Python path that jobs inherit.

    Another clone may be on it, and Snakemake only appends.
    """
    others = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    places = [str(root), *(place for place in others if place not in ("", str(root)))]
    os.environ["PYTHONPATH"] = os.pathsep.join(places)
