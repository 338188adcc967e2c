"""The file `dvc.yaml`: one stage around Snakemake per scale, and one for what the scales share.

`make snapshot` writes it from the configuration, so that a new study or scale is versioned without
further entries. Everything that is too big for Git is an output of a stage; outputs are `persist`
(DVC does not delete them before Snakemake runs), because Snakemake decides what to make again.
"""

from pathlib import Path
from typing import Any

import yaml

from workflow_scripts.core.artifacts.atomic import write_text
from workflow_scripts.learning.data.origins.cifar10 import CIFAR10_ARCHIVE, CIFAR10_URL
from workflow_scripts.learning.data.origins.fashion_mnist import FASHION_MNIST, FASHION_MNIST_URL
from workflow_scripts.operation.configuration.read import read_settings
from workflow_scripts.operation.configuration.settings import Configuration
from workflow_scripts.studies.registry import REGISTERED

FILE = "dvc.yaml"
SHARED = "shared"
RECORDS = ".snakemake/metadata"
TEMPLATE = "claims"
"""The plot of estimates: .dvc/plots/claims.json."""
CODE = ["Snakefile", "rules", "workflow_scripts", "profiles/default"]
HEADER = (
    "# Written by `make snapshot` from config/: what is too big for Git, and how it is made.\n"
    "# docs/versioning.md says how to use it.\n"
)
# Where a data set was published, with the SHA-256 that the workflow requires of every copy.
SOURCES: dict[str, dict[str, Any]] = {
    "fashion-mnist": {
        "source": [f"{FASHION_MNIST_URL}/{name}.gz" for name in FASHION_MNIST],
        "sha256": {name: content.sha256 for name, content in FASHION_MNIST.items()},
    },
    "cifar-10": {
        "source": CIFAR10_URL,
        "sha256": {CIFAR10_URL.rpartition("/")[2]: CIFAR10_ARCHIVE.sha256},
    },
    "mnist-1d": {"source": "generated: workflow_scripts/learning/data/mnist1d.py"},
    "digits": {"source": "scikit-learn: sklearn.datasets.load_digits"},
}


def stage_of(scale: str) -> str:
    """The stage that makes all results of a scale."""
    return f"reproduce-{scale}"


def stages_of(scale: str) -> list[str]:
    """The stages that a snapshot of a scale consists of."""
    return [stage_of(scale), SHARED]


def pipeline(settings: Configuration, root: Path) -> dict[str, Any]:
    """The content of `dvc.yaml` with the scale of `settings` as it is now.

    Stages, metrics and plots of other scales stay as they are in the existing file.
    """
    scale = settings.scale
    before = read_settings(root / FILE, FILE) if (root / FILE).exists() else {}
    ours = f"results/{scale}/"
    stages = {**before.get("stages", {}), stage_of(scale): _reproduce(settings, root)}
    stages[SHARED] = _shared(settings, root)
    metrics = [path for path in before.get("metrics", []) if not path.startswith(ours)]
    plots = [plot for plot in before.get("plots", []) if not next(iter(plot)).startswith(ours)]
    return {
        "stages": stages,
        "metrics": metrics + _metrics(settings),
        "plots": plots + _plots(settings),
    }


def write_pipeline(settings: Configuration, root: Path) -> dict[str, Any]:
    """Write `dvc.yaml`, and create the folders that it names if a study has none."""
    content = pipeline(settings, root)
    for stage in stages_of(settings.scale):
        for out in content["stages"][stage]["outs"]:
            (root / next(iter(out))).mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)
    write_text(root / FILE, HEADER + text)
    return content


def _reproduce(settings: Configuration, root: Path) -> dict[str, Any]:
    scale = settings.scale
    files = ["config/config.yaml"]
    for study in settings.studies:
        files += [f"config/{study}.yaml", f"config/scales/{scale}/{study}.yaml"]
    folders = [f"results/{scale}/{kind}" for kind in ("logs", "benchmarks")]
    for study in settings.studies:
        kinds = ("checkpoints", "logs", "benchmarks")
        folders += [f"results/{scale}/{study}/{kind}" for kind in kinds]
    return {
        "desc": f"All results at the scale {scale}; Snakemake decides what of it runs",
        "cmd": f"snakemake --config scale={scale}",
        "deps": list(CODE),
        "params": [{file: None} for file in files if (root / file).exists()],
        "outs": [{folder: {"persist": True}} for folder in folders],
    }


def _shared(settings: Configuration, root: Path) -> dict[str, Any]:
    scale, data = settings.scale, settings.data.folder
    outs: list[dict[str, Any]] = [{RECORDS: {"persist": True}}, {"results/data": {"persist": True}}]
    if not Path(data).is_absolute() and ".." not in Path(data).parts:  # else outside the repository
        present = [name for name in SOURCES if (root / data / name).is_dir()]
        outs += [{f"{data}/{name}": {"persist": True, "meta": SOURCES[name]}} for name in present]
    return {
        "desc": "What all scales share: Snakemake's records of what made each file, and raw data",
        "cmd": f"python -m workflow_scripts.operation.versioning.remaining --scale {scale}",
        "deps": [f"results/{scale}/logs"],
        "outs": outs,
    }


def _metrics(settings: Configuration) -> list[str]:
    """A file per claim: `dvc metrics show` prints a line for each."""
    folder = f"results/{settings.scale}/metrics"
    return [
        f"{folder}/{study}/{claim}.json"
        for study in settings.studies
        for claim in REGISTERED[study].decided
    ]


def _plots(settings: Configuration) -> list[dict[str, Any]]:
    """The estimates of all claims, with an axis for each unit, and each figure once."""
    folder = f"results/{settings.scale}"
    estimates = {
        f"{folder}/claims.csv": {
            "x": "estimate",
            "y": "claim",
            "template": TEMPLATE,
            "title": f"Claims at the scale {settings.scale}",
        }
    }
    figures = [
        {f"{folder}/{study}/figures/{figure}": None}
        for study in settings.studies
        for figure in REGISTERED[study].drawings
    ]
    return [estimates, *figures]
