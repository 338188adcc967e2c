"""The file `dvc.yaml`: one stage around Snakemake per run, and one for what the runs share.

`make snapshot` writes it from the configuration: a new study, scale or named run needs no further
entry. Everything that is too big for Git is an output of a stage; outputs are `persist`
(DVC does not delete them before Snakemake runs), because Snakemake decides what to make again.
"""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from workflow_scripts.core.artifacts.atomic import write_text
from workflow_scripts.learning.data.origins.cifar10 import CIFAR10_ARCHIVE, CIFAR10_URL
from workflow_scripts.learning.data.origins.fashion_mnist import FASHION_MNIST, FASHION_MNIST_URL
from workflow_scripts.operation.configuration.read import read_settings
from workflow_scripts.operation.configuration.run import Run
from workflow_scripts.operation.configuration.settings import OWN
from workflow_scripts.studies.registry import REGISTERED

FILE = "dvc.yaml"
SHARED = "shared"
RECORDS = ".snakemake/metadata"
REMAINING = "workflow_scripts.operation.versioning.remaining"
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


def stage_of(name: str) -> str:
    """The stage that makes all results of the run `name`, which is a scale or a name."""
    return f"reproduce-{name}"


def stages_of(name: str) -> list[str]:
    """The stages that a snapshot of the run `name` consists of."""
    return [stage_of(name), SHARED]


def pipeline(run: Run) -> dict[str, Any]:
    """The content of `dvc.yaml` with this run as it is now.

    Stages, metrics and plots of other runs stay as they are in the existing file.
    """
    root, name = run.root, run.name
    before = read_settings(root / FILE, FILE) if (root / FILE).exists() else {}
    ours = f"results/{name}/"
    stages = {**before.get("stages", {}), stage_of(name): _reproduce(run)}
    stages[SHARED] = _shared(run, before.get("stages", {}).get(SHARED, {}))
    metrics = [path for path in before.get("metrics", []) if not path.startswith(ours)]
    plots = [plot for plot in before.get("plots", []) if not next(iter(plot)).startswith(ours)]
    return {
        "stages": stages,
        "metrics": metrics + _metrics(run),
        "plots": plots + _plots(run),
    }


def write_pipeline(run: Run) -> dict[str, Any]:
    """Write `dvc.yaml`, and create the folders that it names if a study has none."""
    content, root = pipeline(run), run.root
    for stage in stages_of(run.name):
        for out in content["stages"][stage]["outs"]:
            (root / next(iter(out))).mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)
    write_text(root / FILE, HEADER + text)
    return content


def _reproduce(run: Run) -> dict[str, Any]:
    root, settings, scale, name = run.root, run.settings, run.settings.scale, run.name
    files = ["config/config.yaml", *run.own_files()]
    for study in settings.studies:
        files += [f"config/{study}.yaml", f"config/scales/{scale}/{study}.yaml"]
    folders = [f"results/{name}/{kind}" for kind in ("logs", "benchmarks")]
    for study in settings.studies:
        kinds = ("checkpoints", "logs", "benchmarks")
        folders += [f"results/{name}/{study}/{kind}" for kind in kinds]
    return {
        "desc": f"All results {_where(run)}; Snakemake decides what of it runs",
        "cmd": shlex.join(["snakemake", *_arguments(run)]),
        "deps": list(CODE),
        "params": [{file: None} for file in files if (root / file).exists()],
        "outs": [{folder: {"persist": True}} for folder in folders],
    }


def _arguments(run: Run) -> list[str]:
    """Those of the run; its scale is written out, because the default may change."""
    return run.arguments() or ["--config", f"scale={run.settings.scale}"]


def _options(run: Run) -> list[str]:
    return run.options() or ["--scale", run.settings.scale]


def _where(run: Run) -> str:
    named = run.settings.name is not None
    return f"of the run {run.name}" if named else f"at the scale {run.settings.scale}"


def _shared(run: Run, before: Mapping[str, Any]) -> dict[str, Any]:
    """What all runs share; data sets of one's own in other runs stay in it."""
    root, settings, data = run.root, run.settings, run.settings.data.folder
    outs: list[dict[str, Any]] = [{RECORDS: {"persist": True}}, {"results/data": {"persist": True}}]
    if not Path(data).is_absolute() and ".." not in Path(data).parts:  # else outside the repository
        present = [name for name in SOURCES if (root / data / name).is_dir()]
        outs += [{f"{data}/{name}": {"persist": True, "meta": SOURCES[name]}} for name in present]
        named = {f"{data}/{OWN}/{name}" for name in settings.data.own}
        earlier = {path for out in before.get("outs", []) for path in out}
        own = named | {path for path in earlier if path.startswith(f"{data}/{OWN}/")}
        outs += [{path: {"persist": True}} for path in sorted(own) if (root / path).is_dir()]
    return {
        "desc": "What all runs share: Snakemake's records of what made each file, and raw data",
        "cmd": shlex.join(["python", "-m", REMAINING, *_options(run)]),
        "deps": [f"results/{run.name}/logs"],
        "outs": outs,
    }


def _metrics(run: Run) -> list[str]:
    """A file per claim: `dvc metrics show` prints a line for each."""
    folder = f"results/{run.name}/metrics"
    return [
        f"{folder}/{study}/{claim}.json"
        for study in run.settings.studies
        for claim in REGISTERED[study].decided
    ]


def _plots(run: Run) -> list[dict[str, Any]]:
    """The estimates of all claims, with an axis for each unit, and each figure once."""
    settings, folder = run.settings, f"results/{run.name}"
    estimates = {
        f"{folder}/claims.csv": {
            "x": "estimate",
            "y": "claim",
            "template": TEMPLATE,
            "title": f"Claims {_where(run)}",
        }
    }
    figures = [
        {f"{folder}/{study}/figures/{figure}": None}
        for study in settings.studies
        for figure in REGISTERED[study].drawings
    ]
    return [estimates, *figures]
