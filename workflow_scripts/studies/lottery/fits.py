"""What the settings of the study ask of each other."""

from collections.abc import Iterator
from itertools import pairwise

from workflow_scripts.learning.networks.mlp_settings import MlpSettings
from workflow_scripts.studies.lottery.settings import LONG, Lottery


def faults(settings: Lottery) -> Iterator[str]:
    """Lines that begin with a key of the study."""
    for at, name in enumerate(settings.needles.chains):
        network = settings.chains[name].network
        if not isinstance(network, MlpSettings):
            continue  # its weights are counted when it is built
        weights = sum(before * after for before, after in pairwise(network.sizes))
        if settings.needles.survivors > weights:
            yield (
                f"needles.survivors asks for {settings.needles.survivors} weights, but the chain"
                f" {name} (needles.chains.{at}) has {weights}"
            )
    if 0 in settings.controls.get(LONG, ()):
        yield f"controls.{LONG} has level 0, to which no ticket is sought: name later ones"
    if settings.long and (others := set(settings.long) - set(settings.seeds)):
        yield f"long has the batch {min(others)}, which seeds has not"
