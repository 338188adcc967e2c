# Double descent: regressions on random features, trained networks over width and over steps.
from workflow_scripts.studies.double_descent.files import DoubleDescentFiles

DESCENT = f"{RESULTS}/double_descent"
DESCENT_PARTS = f"{DESCENT}/checkpoints"


wildcard_constraints:
    seeds=r"\d+-\d+",
    group=r"[\d-]+",
    noise=r"[\d.]+",


DESCENT_FILES = DoubleDescentFiles(SETTINGS.double_descent, DESCENT, DATA)
CHECKPOINTS["double_descent"] = DESCENT_FILES.checkpoints


rule double_descent:
    input:
        f"{DESCENT}/claims.json",
        collect_figures("double_descent"),
        DESCENT_FILES.checkpoints(),


rule double_descent_features:
    input:
        DESCENT_FILES.data("features"),
    output:
        table=f"{DESCENT_PARTS}/features/seeds-{{seeds}}.csv",
    log:
        f"{DESCENT}/logs/features/seeds-{{seeds}}.log",
    benchmark:
        f"{DESCENT}/benchmarks/features/seeds-{{seeds}}.jsonl"
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg("double_descent.features"),
        code=code("studies/double_descent/features.py"),
        data=DATA,
    message:
        "Seeds {wildcards.seeds}: regression on more and more features"
    script:
        "../workflow_scripts/studies/double_descent/features.py"


rule double_descent_sizes:
    input:
        DESCENT_FILES.data("sizes"),
    output:
        table=f"{DESCENT_PARTS}/sizes/seeds-{{seeds}}.csv",
    log:
        f"{DESCENT}/logs/sizes/seeds-{{seeds}}.log",
    benchmark:
        f"{DESCENT}/benchmarks/sizes/seeds-{{seeds}}.jsonl"
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg(
            "double_descent.sizes",
            "double_descent.features.ridges",
            "double_descent.features.noise",
            "double_descent.features.unseen",
        ),
        code=code("studies/double_descent/sizes.py"),
        data=DATA,
    message:
        "Seeds {wildcards.seeds}: regression on more and more images"
    script:
        "../workflow_scripts/studies/double_descent/sizes.py"


rule double_descent_two_scales:
    output:
        table=f"{DESCENT_PARTS}/two_scales/seeds-{{seeds}}.csv",
    log:
        f"{DESCENT}/logs/two_scales/seeds-{{seeds}}.log",
    benchmark:
        f"{DESCENT}/benchmarks/two_scales/seeds-{{seeds}}.jsonl"
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg("double_descent.two_scales"),
        code=code("studies/double_descent/two_scales.py"),
    message:
        "Seeds {wildcards.seeds}: descent on two scales"
    script:
        "../workflow_scripts/studies/double_descent/two_scales.py"


rule double_descent_networks:
    input:
        DESCENT_FILES.data("networks"),
    output:
        trained=f"{DESCENT_PARTS}/networks/seeds-{{seeds}}/widths-{{group}}/trained.safetensors",
        history=f"{DESCENT_PARTS}/networks/seeds-{{seeds}}/widths-{{group}}/history.safetensors",
    log:
        f"{DESCENT}/logs/networks/seeds-{{seeds}}.widths-{{group}}.log",
    benchmark:
        f"{DESCENT}/benchmarks/networks/seeds-{{seeds}}.widths-{{group}}.jsonl"
    priority: 1  # the longest jobs of the study go first
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg(
            "double_descent.networks.sample",
            "double_descent.networks.layers",
            "double_descent.networks.noise",
            "double_descent.networks.training",
            "double_descent.networks.measurements",
            "device",
        ),
        code=code("studies/double_descent/networks.py"),
        data=DATA,
    message:
        "Seeds {wildcards.seeds}: training networks of the widths {wildcards.group}"
    script:
        "../workflow_scripts/studies/double_descent/networks.py"


rule double_descent_epochs:
    input:
        DESCENT_FILES.data("epochs"),
    output:
        trained=f"{DESCENT_PARTS}/epochs/seeds-{{seeds}}/noise-{{noise}}/trained.safetensors",
        history=f"{DESCENT_PARTS}/epochs/seeds-{{seeds}}/noise-{{noise}}/history.safetensors",
    log:
        f"{DESCENT}/logs/epochs/seeds-{{seeds}}.noise-{{noise}}.log",
    benchmark:
        f"{DESCENT}/benchmarks/epochs/seeds-{{seeds}}.noise-{{noise}}.jsonl"
    priority: 1  # the longest jobs of the study go first
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg(
            "double_descent.epochs.sample",
            "double_descent.epochs.network",
            "double_descent.epochs.training",
            "double_descent.epochs.measurements",
            "device",
        ),
        code=code("studies/double_descent/epochs.py"),
        data=DATA,
    message:
        "Seeds {wildcards.seeds}: training for long with label noise {wildcards.noise}"
    script:
        "../workflow_scripts/studies/double_descent/epochs.py"


rule double_descent_tables:
    input:
        features=DESCENT_FILES.tables("features"),
        sizes=DESCENT_FILES.tables("sizes"),
        two_scales=DESCENT_FILES.tables("two_scales"),
        networks=DESCENT_FILES.networks,
        epochs=DESCENT_FILES.epochs,
    output:
        features=f"{DESCENT}/tables/features.csv",
        sizes=f"{DESCENT}/tables/sizes.csv",
        two_scales=f"{DESCENT}/tables/two_scales.csv",
        networks=f"{DESCENT}/tables/networks.csv",
        epochs=f"{DESCENT}/tables/epochs.csv",
    log:
        f"{DESCENT}/logs/tables/all.log",
    benchmark:
        f"{DESCENT}/benchmarks/tables/all.jsonl"
    conda:
        "../environment.yml"
    params:
        code=code("studies/double_descent/tables.py"),
    message:
        "Double descent: gathering tables"
    script:
        "../workflow_scripts/studies/double_descent/tables.py"


rule double_descent_claims:
    input:
        features=f"{DESCENT}/tables/features.csv",
        sizes=f"{DESCENT}/tables/sizes.csv",
        two_scales=f"{DESCENT}/tables/two_scales.csv",
        networks=f"{DESCENT}/tables/networks.csv",
        epochs=f"{DESCENT}/tables/epochs.csv",
    output:
        claims=f"{DESCENT}/claims.json",
    log:
        f"{DESCENT}/logs/claims/all.log",
    benchmark:
        f"{DESCENT}/benchmarks/claims/all.jsonl"
    conda:
        "../environment.yml"
    params:
        cfg=cfg("scale", "double_descent.features.sample.train", "double_descent.sizes.width"),
        code=code("studies/double_descent/claims.py", documented=True),
    message:
        "Double descent: deciding the claims"
    script:
        "../workflow_scripts/studies/double_descent/claims.py"


rule double_descent_figures:
    input:
        features=f"{DESCENT}/tables/features.csv",
        sizes=f"{DESCENT}/tables/sizes.csv",
        two_scales=f"{DESCENT}/tables/two_scales.csv",
        networks=f"{DESCENT}/tables/networks.csv",
        epochs=f"{DESCENT}/tables/epochs.csv",
    output:
        report(
            collect_figures("double_descent"),
            caption="../workflow_scripts/evidence/report/captions/figure.rst",
            category="Double descent",
        ),
    log:
        f"{DESCENT}/logs/figures/all.log",
    benchmark:
        f"{DESCENT}/benchmarks/figures/all.jsonl"
    conda:
        "../environment.yml"
    params:
        cfg=cfg("double_descent.features.sample.train", "double_descent.sizes.width"),
        code=code("studies/double_descent/figures.py"),
    message:
        "Double descent: drawing"
    script:
        "../workflow_scripts/studies/double_descent/figures.py"
