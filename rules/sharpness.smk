# Flat valleys, sharp pits: arms of trainings → curvature at a common loss → panels, tables.
from workflow_scripts.sharpness.files import SharpnessFiles

SHARPNESS = f"{RESULTS}/sharpness"
SHARPNESS_ARM = f"{SHARPNESS}/checkpoints/{{arm}}/seeds-{{seeds}}"
SHARPNESS_PANELS = f"{SHARPNESS}/checkpoints/panels/seeds-{{seeds}}"


SHARPNESS_FILES = SharpnessFiles(SETTINGS.sharpness, SHARPNESS, DATA)
CHECKPOINTS["sharpness"] = SHARPNESS_FILES.checkpoints


wildcard_constraints:
    arm="[^/]+",


def sharpness_arm(*keys):
    """A rule's parameters: an arm, its task, and `keys`."""

    def parameters(wildcards):
        task = SHARPNESS_FILES.task(wildcards.arm)
        return cfg("sharpness.arms.{arm}", f"sharpness.tasks.{task}", *keys)(wildcards)

    return parameters


rule sharpness:
    input:
        f"{SHARPNESS}/claims.json",
        collect_figures("sharpness"),
        SHARPNESS_FILES.checkpoints(),


rule sharpness_train:
    input:
        SHARPNESS_FILES.data,
    output:
        target=f"{SHARPNESS_ARM}/target.safetensors",
        end=f"{SHARPNESS_ARM}/end.safetensors",
        history=f"{SHARPNESS_ARM}/history.safetensors",
    log:
        f"{SHARPNESS}/logs/train/{{arm}}.seeds-{{seeds}}.log",
    benchmark:
        f"{SHARPNESS}/benchmarks/train/{{arm}}.seeds-{{seeds}}.jsonl"
    priority: 1
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=sharpness_arm("device"),
        code=code("sharpness/train.py"),
        data=DATA,
    message:
        "{wildcards.arm}, seeds {wildcards.seeds}: training"
    script:
        "../workflow_scripts/sharpness/train.py"


rule sharpness_measure:
    input:
        SHARPNESS_FILES.data,
        target=f"{SHARPNESS_ARM}/target.safetensors",
        end=f"{SHARPNESS_ARM}/end.safetensors",
    output:
        table=f"{SHARPNESS_ARM}/minima.csv",
    log:
        f"{SHARPNESS}/logs/measure/{{arm}}.seeds-{{seeds}}.log",
    benchmark:
        f"{SHARPNESS}/benchmarks/measure/{{arm}}.seeds-{{seeds}}.jsonl"
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=sharpness_arm("sharpness.measures"),
        code=code("sharpness/measure.py"),
        data=DATA,
    message:
        "{wildcards.arm}, seeds {wildcards.seeds}: curvature"
    script:
        "../workflow_scripts/sharpness/measure.py"


rule sharpness_panels:
    input:
        SHARPNESS_FILES.pictured_data(),
        networks=SHARPNESS_FILES.pictured_networks,
    output:
        line=f"{SHARPNESS_PANELS}/line.csv",
        plane=f"{SHARPNESS_PANELS}/plane.csv",
        rescaling=f"{SHARPNESS_PANELS}/rescaling.csv",
    log:
        f"{SHARPNESS}/logs/panels/seeds-{{seeds}}.log",
    benchmark:
        f"{SHARPNESS}/benchmarks/panels/seeds-{{seeds}}.jsonl"
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg(
            *[f"sharpness.arms.{arm}" for arm in SHARPNESS_FILES.pictured()],
            *[
                f"sharpness.tasks.{task}"
                for task in sorted({SHARPNESS_FILES.task(a) for a in SHARPNESS_FILES.pictured()})
            ],
            "sharpness.compared",
            "sharpness.measures",
            "sharpness.slices",
            "sharpness.rescaling",
        ),
        arms=SHARPNESS_FILES.pictured(),
        code=code("sharpness/panels.py"),
        data=DATA,
    message:
        "Sharpness, seeds {wildcards.seeds}: pictures of the loss, rescaled layers"
    script:
        "../workflow_scripts/sharpness/panels.py"


rule sharpness_tables:
    input:
        minima=SHARPNESS_FILES.all("minima.csv"),
        curves=SHARPNESS_FILES.all("history.safetensors"),
        line=SHARPNESS_FILES.panels("line.csv"),
        plane=SHARPNESS_FILES.panels("plane.csv"),
        rescaling=SHARPNESS_FILES.panels("rescaling.csv"),
    output:
        minima=f"{SHARPNESS}/tables/minima.csv",
        curves=f"{SHARPNESS}/tables/curves.csv",
        line=f"{SHARPNESS}/tables/line.csv",
        plane=f"{SHARPNESS}/tables/plane.csv",
        rescaling=f"{SHARPNESS}/tables/rescaling.csv",
    log:
        f"{SHARPNESS}/logs/tables/all.log",
    benchmark:
        f"{SHARPNESS}/benchmarks/tables/all.jsonl"
    conda:
        "../environment.yml"
    params:
        code=code("sharpness/tables.py"),
    message:
        "Sharpness: gathering tables"
    script:
        "../workflow_scripts/sharpness/tables.py"


rule sharpness_claims:
    input:
        minima=f"{SHARPNESS}/tables/minima.csv",
        rescaling=f"{SHARPNESS}/tables/rescaling.csv",
    output:
        claims=f"{SHARPNESS}/claims.json",
    log:
        f"{SHARPNESS}/logs/claims/all.log",
    benchmark:
        f"{SHARPNESS}/benchmarks/claims/all.jsonl"
    conda:
        "../environment.yml"
    params:
        cfg=cfg("scale", "sharpness.compared"),
        code=code("sharpness/claims.py", "sharpness/claims.py"),
    message:
        "Sharpness: deciding the claims"
    script:
        "../workflow_scripts/sharpness/claims.py"


rule sharpness_figures:
    input:
        minima=f"{SHARPNESS}/tables/minima.csv",
        curves=f"{SHARPNESS}/tables/curves.csv",
        line=f"{SHARPNESS}/tables/line.csv",
        plane=f"{SHARPNESS}/tables/plane.csv",
        rescaling=f"{SHARPNESS}/tables/rescaling.csv",
    output:
        report(
            collect_figures("sharpness"),
            caption="../workflow_scripts/report/captions/figure.rst",
            category="Sharpness",
        ),
    log:
        f"{SHARPNESS}/logs/figures/all.log",
    benchmark:
        f"{SHARPNESS}/benchmarks/figures/all.jsonl"
    conda:
        "../environment.yml"
    params:
        cfg=cfg("sharpness.compared"),
        code=code("sharpness/figures.py"),
    message:
        "Sharpness: drawing"
    script:
        "../workflow_scripts/sharpness/figures.py"
