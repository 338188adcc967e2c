# Flat valleys, sharp pits: arms of trainings → curvature at a common loss → panels, tables.
from workflow_scripts.studies.sharpness.files import SharpnessFiles

SHARPNESS = f"{RESULTS}/sharpness"
SHARPNESS_ARM = f"{SHARPNESS}/checkpoints/{{arm}}/seeds-{{seeds}}"
SHARPNESS_MEASURED = f"{SHARPNESS}/checkpoints/seeds-{{seeds}}"


SHARPNESS_FILES = SharpnessFiles(SETTINGS.sharpness, SHARPNESS, DATA)
CHECKPOINTS["sharpness"] = SHARPNESS_FILES.checkpoints


wildcard_constraints:
    arm="[^/]+",


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
        cfg=lambda wildcards: cfg(
            f"sharpness.arms.{wildcards.arm}",
            f"sharpness.tasks.{SHARPNESS_FILES.task(wildcards.arm)}",
            "device",
        )(wildcards),
        code=code("studies/sharpness/train.py"),
        data=DATA,
    message:
        "{wildcards.arm}, seeds {wildcards.seeds}: training"
    script:
        "../workflow_scripts/studies/sharpness/train.py"


rule sharpness_measure:
    input:
        lambda wildcards: SHARPNESS_FILES.measured_data(),
        target=SHARPNESS_FILES.targets,
        end=SHARPNESS_FILES.ends,
    output:
        table=f"{SHARPNESS_MEASURED}/minima.csv",
    log:
        f"{SHARPNESS}/logs/measure/seeds-{{seeds}}.log",
    benchmark:
        f"{SHARPNESS}/benchmarks/measure/seeds-{{seeds}}.jsonl"
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg("sharpness.arms", "sharpness.tasks", "sharpness.measures"),
        code=code("studies/sharpness/measure.py"),
        data=DATA,
    message:
        "Sharpness, seeds {wildcards.seeds}: curvature"
    script:
        "../workflow_scripts/studies/sharpness/measure.py"


rule sharpness_panels:
    input:
        lambda wildcards: SHARPNESS_FILES.pictured_data(),
        networks=SHARPNESS_FILES.pictured_networks,
    output:
        line=f"{SHARPNESS_MEASURED}/line.csv",
        plane=f"{SHARPNESS_MEASURED}/plane.csv",
        rescaling=f"{SHARPNESS_MEASURED}/rescaling.csv",
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
        code=code("studies/sharpness/panels.py"),
        data=DATA,
    message:
        "Sharpness, seeds {wildcards.seeds}: pictures of the loss, rescaled layers"
    script:
        "../workflow_scripts/studies/sharpness/panels.py"


rule sharpness_tables:
    input:
        minima=SHARPNESS_FILES.measured("minima"),
        curves=SHARPNESS_FILES.histories(),
        line=SHARPNESS_FILES.measured("line"),
        plane=SHARPNESS_FILES.measured("plane"),
        rescaling=SHARPNESS_FILES.measured("rescaling"),
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
        code=code("studies/sharpness/tables.py"),
    message:
        "Sharpness: gathering tables"
    script:
        "../workflow_scripts/studies/sharpness/tables.py"


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
        code=code("studies/sharpness/claims.py", documented=True),
    message:
        "Sharpness: deciding the claims"
    script:
        "../workflow_scripts/studies/sharpness/claims.py"


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
            caption="../workflow_scripts/evidence/report/captions/figure.rst",
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
        code=code("studies/sharpness/figures.py"),
    message:
        "Sharpness: drawing"
    script:
        "../workflow_scripts/studies/sharpness/figures.py"
