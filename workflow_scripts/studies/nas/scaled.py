"""Step: train the networks of compound scaling, one network of settings and batch of seeds."""

from collections.abc import Sequence

import pandas as pd
import torch

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.data.origins.mnist1d_settings import Mnist1d
from workflow_scripts.learning.ensemble.device import device
from workflow_scripts.learning.ensemble.evaluate import evaluate
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.network import Network, moved
from workflow_scripts.learning.networks.settings import network
from workflow_scripts.studies.nas.cells import counted
from workflow_scripts.studies.nas.compound_settings import Scaled
from workflow_scripts.studies.nas.settings import SignalSample
from workflow_scripts.studies.nas.signals import Source


def architecture(scaled: Scaled, kind: str, classes: int) -> Network:
    """The network, of a kind that takes channels and blocks by stage."""
    return network(
        {
            "kind": kind,
            "input": (1, scaled.length),
            "channels": scaled.channels,
            "blocks": scaled.blocks,
            "classes": classes,
        }
    )


def trained(
    built: Network,
    source: Source,
    sample: SignalSample,
    training: Training,
    rate: float,
    seeds: Sequence[int],
    resume: ResumeState | None = None,
    where: torch.device | str = "cpu",
) -> pd.DataFrame:
    """One row per seed: accuracies in %, parameters and multiply-adds."""
    drawn = source.of_seeds(sample, seeds, 1)
    ensemble = Ensemble(
        built,
        built.initialise([stream_seed(seed, "initialisation") for seed in seeds]),
        drawn.train,
        [stream_seed(seed, "examples") for seed in seeds],
        learning_rates=[rate] * len(seeds),
    )
    ended = moved(train(ensemble, training, resume=resume, device=where), where)
    ready = built.calibrated(ended, drawn.calibration.to(where))
    frame = pd.DataFrame({"seed": list(seeds)})
    frame["parameters"] = sum(torch.Size(shape).numel() for shape in built.shapes().values())
    frame["multiply_adds"] = counted(built)
    for name, split in (("validation", drawn.validation), ("test", drawn.test)):
        frame[name] = (100 * evaluate(built, ready, split)["accuracy"]).numpy()
    return frame


def main(snakemake: Job) -> None:
    """Write the accuracies of a batch of seeds."""
    cfg, name = snakemake.params.cfg, snakemake.wildcards.network
    scaled = Scaled.model_validate(section(cfg, f"networks.{name}"))
    signals = Mnist1d.model_validate(section(cfg, "signals"))
    source = Source.of(signals.model_copy(update={"length": scaled.length}))
    resume = ResumeState.of(snakemake)
    frame = trained(
        architecture(scaled, section(cfg, "compound.kind"), section(cfg, "body.classes")),
        source,
        SignalSample.model_validate(section(cfg, "sample")),
        Training.model_validate(section(cfg, "compound.training")),
        scaled.rate,
        seeds_of(snakemake.wildcards.seeds),
        resume,
        device(section(cfg, "device")),
    )
    frame.insert(0, "network", name)
    for column in ("length", "blocks"):
        frame[column] = getattr(scaled, column)
    frame["channels"] = "-".join(map(str, scaled.channels))
    write_table(frame, snakemake.output.scaled)
    resume.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
