"""Settings of the toy study."""

from pydantic import Field

from workflow_scripts.core.seeds import SeedBatches
from workflow_scripts.core.settings import Settings


class Toy(Settings):
    """Throws of a fair and of a loaded die."""

    seeds: SeedBatches
    """Batches of independent series of throws."""
    throws: int = Field(gt=0)
    """Throws in a series."""
