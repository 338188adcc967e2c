# Associative memory: dynamics of classical and modern networks, and identities. Nothing is trained.
from workflow_scripts.studies.hopfield.files import HopfieldFiles
from workflow_scripts.studies.hopfield.tables import DERIVED as HOPFIELD_DERIVED

HOPFIELD = f"{RESULTS}/hopfield"
HOPFIELD_BATCH = f"{HOPFIELD}/checkpoints/seeds-{{seeds}}"
HOPFIELD_REGIMES = [f"hopfield.regimes.{name}" for name in ("average", "blur", "retrieval")]
HOPFIELD_FILES = HopfieldFiles(SETTINGS.hopfield, HOPFIELD, DATA)
CHECKPOINTS["hopfield"] = HOPFIELD_FILES.checkpoints


wildcard_constraints:
    size=r"\d+",


rule hopfield:
    input:
        f"{HOPFIELD}/claims.json",
        collect_figures("hopfield"),
        HOPFIELD_FILES.checkpoints(),


rule hopfield_capacity:
    output:
        table=f"{HOPFIELD_BATCH}/capacity-{{size}}.csv",
    log:
        f"{HOPFIELD}/logs/capacity/size-{{size}}.seeds-{{seeds}}.log",
    benchmark:
        f"{HOPFIELD}/benchmarks/capacity/size-{{size}}.seeds-{{seeds}}.jsonl"
    priority: 1  # the largest size is the longest job
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg("hopfield.capacity.trials", "hopfield.capacity.sweeps", "device"),
        loads=HOPFIELD_FILES.loads,
        code=code("studies/hopfield/capacity.py"),
    message:
        "{wildcards.size} neurons, seeds {wildcards.seeds}: memory by load"
    script:
        "../workflow_scripts/studies/hopfield/capacity.py"


rule hopfield_recall:
    output:
        **HOPFIELD_FILES.written("recall"),
    log:
        f"{HOPFIELD}/logs/recall/seeds-{{seeds}}.log",
    benchmark:
        f"{HOPFIELD}/benchmarks/recall/seeds-{{seeds}}.jsonl"
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg("hopfield.recall"),
        code=code("studies/hopfield/recall.py"),
    message:
        "Hopfield, seeds {wildcards.seeds}: recall and energy"
    script:
        "../workflow_scripts/studies/hopfield/recall.py"


rule hopfield_images:
    input:
        lambda wildcards: HOPFIELD_FILES.data(),
    output:
        **HOPFIELD_FILES.written("images"),
    log:
        f"{HOPFIELD}/logs/images/seeds-{{seeds}}.log",
    benchmark:
        f"{HOPFIELD}/benchmarks/images/seeds-{{seeds}}.jsonl"
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg(
            "hopfield.images",
            "hopfield.correlated",
            "hopfield.regimes",
            "hopfield.completion",
        ),
        code=code("studies/hopfield/images.py"),
        data=DATA,
    message:
        "Hopfield, seeds {wildcards.seeds}: images as memories"
    script:
        "../workflow_scripts/studies/hopfield/images.py"


rule hopfield_spheres:
    output:
        **HOPFIELD_FILES.written("spheres"),
    log:
        f"{HOPFIELD}/logs/spheres/seeds-{{seeds}}.log",
    benchmark:
        f"{HOPFIELD}/benchmarks/spheres/seeds-{{seeds}}.jsonl"
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg("hopfield.spheres", "hopfield.separation", "device"),
        code=code("studies/hopfield/spheres.py"),
    message:
        "Hopfield, seeds {wildcards.seeds}: the modern network on the sphere"
    script:
        "../workflow_scripts/studies/hopfield/spheres.py"


rule hopfield_dense:
    output:
        **HOPFIELD_FILES.written("dense"),
    log:
        f"{HOPFIELD}/logs/dense/seeds-{{seeds}}.log",
    benchmark:
        f"{HOPFIELD}/benchmarks/dense/seeds-{{seeds}}.jsonl"
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg("hopfield.dense"),
        code=code("studies/hopfield/dense.py"),
    message:
        "Hopfield, seeds {wildcards.seeds}: dense associative memories"
    script:
        "../workflow_scripts/studies/hopfield/dense.py"


rule hopfield_identities:
    output:
        **HOPFIELD_FILES.written("identities"),
    log:
        f"{HOPFIELD}/logs/identities/seeds-{{seeds}}.log",
    benchmark:
        f"{HOPFIELD}/benchmarks/identities/seeds-{{seeds}}.jsonl"
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg("hopfield.identities"),
        code=code("studies/hopfield/identities.py"),
    message:
        "Hopfield, seeds {wildcards.seeds}: identities"
    script:
        "../workflow_scripts/studies/hopfield/identities.py"


rule hopfield_tables:
    input:
        **HOPFIELD_FILES.batches(None),
    output:
        **collect_tables("hopfield", *HOPFIELD_FILES.batches(None), *HOPFIELD_DERIVED),
    log:
        f"{HOPFIELD}/logs/tables/all.log",
    benchmark:
        f"{HOPFIELD}/benchmarks/tables/all.jsonl"
    conda:
        "../environment.yml"
    params:
        code=code("studies/hopfield/tables.py"),
    message:
        "Hopfield: gathering tables"
    script:
        "../workflow_scripts/studies/hopfield/tables.py"


rule hopfield_claims:
    input:
        **collect_tables(
            "hopfield",
            "recall",
            "energy",
            "critical_loads",
            "correlated",
            "bits",
            "dense_capacity",
            "separation",
            "regimes",
            "identities",
        ),
    output:
        claims=f"{HOPFIELD}/claims.json",
    log:
        f"{HOPFIELD}/logs/claims/all.log",
    benchmark:
        f"{HOPFIELD}/benchmarks/claims/all.jsonl"
    conda:
        "../environment.yml"
    params:
        cfg=cfg("scale", "hopfield.correlated.judged", "hopfield.regimes.stored", *HOPFIELD_REGIMES),
        code=code("studies/hopfield/claims.py", "studies/hopfield/claims.py"),
    message:
        "Hopfield: deciding the claims"
    script:
        "../workflow_scripts/studies/hopfield/claims.py"


rule hopfield_figures:
    input:
        **collect_tables(
            "hopfield",
            "capacity",
            "critical_loads",
            "recall",
            "paths",
            "correlated",
            "completion",
            "pictures",
            "regimes",
            "spheres",
            "bits",
            "dense_capacity",
            "separation",
            "identities",
        ),
    output:
        report(
            collect_figures("hopfield"),
            caption="../workflow_scripts/evidence/report/captions/figure.rst",
            category="Associative memory",
        ),
    log:
        f"{HOPFIELD}/logs/figures/all.log",
    benchmark:
        f"{HOPFIELD}/benchmarks/figures/all.jsonl"
    conda:
        "../environment.yml"
    params:
        cfg=cfg("hopfield.correlated.judged", "hopfield.spheres.dimensions", *HOPFIELD_REGIMES),
        code=code("studies/hopfield/figures.py"),
    message:
        "Hopfield: drawing"
    script:
        "../workflow_scripts/studies/hopfield/figures.py"
