# Mode connectivity: paths between pairs of the lottery study's dense networks, averages of weights.
from workflow_scripts.studies.connectivity.files import ConnectivityFiles

CONNECTIVITY = f"{RESULTS}/connectivity"
CONNECTIVITY_BATCH = f"{CONNECTIVITY}/checkpoints/seeds-{{seeds}}"
CONNECTIVITY_FILES = ConnectivityFiles(SETTINGS.connectivity, CONNECTIVITY, LOTTERY_FILES)
CONNECTIVITY_TABLES = {
    name: f"{CONNECTIVITY}/tables/{name}.csv"
    for name in ("paths", "branches", "matching", "plane", "averages", "soups")
}
CONNECTIVITY_LINES = {
    f"{name}_lines": f"{CONNECTIVITY}/tables/{name}_lines.csv"
    for name in ("paths", "branches", "matching")
}
CHECKPOINTS["connectivity"] = CONNECTIVITY_FILES.checkpoints


CONNECTIVITY_MAIN = chain_keys(SETTINGS.connectivity.main)


wildcard_constraints:
    kind="bezier|chain",


rule connectivity:
    input:
        f"{CONNECTIVITY}/claims.json",
        collect_figures("connectivity"),
        CONNECTIVITY_FILES.checkpoints(),


rule connectivity_curve:
    input:
        unpack(CONNECTIVITY_FILES.ends),
        CONNECTIVITY_FILES.data,
    output:
        bends=f"{CONNECTIVITY_BATCH}/{{kind}}.safetensors",
    log:
        f"{CONNECTIVITY}/logs/curve/{{kind}}.seeds-{{seeds}}.log",
    benchmark:
        f"{CONNECTIVITY}/benchmarks/curve/{{kind}}.seeds-{{seeds}}.jsonl"
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg(
            *CONNECTIVITY_MAIN,
            "connectivity.curves.{kind}.bends",
            "connectivity.curves.{kind}.training",
        ),
        code=code("studies/connectivity/curve.py"),
        data=DATA,
    message:
        "Pairs {wildcards.seeds}: training a curve between them ({wildcards.kind})"
    script:
        "../workflow_scripts/studies/connectivity/curve.py"


rule connectivity_band:
    input:
        unpack(CONNECTIVITY_FILES.ends),
        CONNECTIVITY_FILES.data,
    output:
        bends=f"{CONNECTIVITY_BATCH}/band.safetensors",
    log:
        f"{CONNECTIVITY}/logs/band/seeds-{{seeds}}.log",
    benchmark:
        f"{CONNECTIVITY}/benchmarks/band/seeds-{{seeds}}.jsonl"
    priority: 1  # the longest path
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg(*CONNECTIVITY_MAIN, "connectivity.band", "connectivity.measurement.train"),
        code=code("studies/connectivity/band.py"),
        data=DATA,
    message:
        "Pairs {wildcards.seeds}: relaxing an elastic band between them"
    script:
        "../workflow_scripts/studies/connectivity/band.py"


rule connectivity_paths:
    input:
        unpack(CONNECTIVITY_FILES.ends),
        CONNECTIVITY_FILES.data,
        bezier=f"{CONNECTIVITY_BATCH}/bezier.safetensors",
        chain=f"{CONNECTIVITY_BATCH}/chain.safetensors",
        band=f"{CONNECTIVITY_BATCH}/band.safetensors",
    output:
        table=f"{CONNECTIVITY_BATCH}/paths.csv",
    log:
        f"{CONNECTIVITY}/logs/paths/seeds-{{seeds}}.log",
    benchmark:
        f"{CONNECTIVITY}/benchmarks/paths/seeds-{{seeds}}.jsonl"
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg(
            *CONNECTIVITY_MAIN,
            "connectivity.measurement.positions",
            "connectivity.measurement.train",
        ),
        code=code("studies/connectivity/paths.py"),
        data=DATA,
    message:
        "Pairs {wildcards.seeds}: loss along the line and the trained paths"
    script:
        "../workflow_scripts/studies/connectivity/paths.py"


rule connectivity_plane:
    input:
        unpack(CONNECTIVITY_FILES.ends),
        CONNECTIVITY_FILES.data,
        bezier=f"{CONNECTIVITY_BATCH}/bezier.safetensors",
    output:
        table=f"{CONNECTIVITY_BATCH}/plane.csv",
    log:
        f"{CONNECTIVITY}/logs/plane/seeds-{{seeds}}.log",
    benchmark:
        f"{CONNECTIVITY}/benchmarks/plane/seeds-{{seeds}}.jsonl"
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg(
            *CONNECTIVITY_MAIN,
            "connectivity.measurement.plane_positions",
            "connectivity.measurement.train",
        ),
        code=code("studies/connectivity/plane.py"),
        data=DATA,
    message:
        "Pairs {wildcards.seeds}: the plane through the first pair and its curve"
    script:
        "../workflow_scripts/studies/connectivity/plane.py"


rule connectivity_matching:
    input:
        unpack(CONNECTIVITY_FILES.ends_of_chain),
        CONNECTIVITY_FILES.data_of_chain,
    output:
        table=f"{CONNECTIVITY_BATCH}/matching/{{chain}}.csv",
    log:
        f"{CONNECTIVITY}/logs/matching/{{chain}}.seeds-{{seeds}}.log",
    benchmark:
        f"{CONNECTIVITY}/benchmarks/matching/{{chain}}.seeds-{{seeds}}.jsonl"
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg(*chain_keys("{chain}"), "connectivity.measurement.positions"),
        code=code("studies/connectivity/matching.py"),
        data=DATA,
    message:
        "{wildcards.chain}, pairs {wildcards.seeds}: matching hidden units"
    script:
        "../workflow_scripts/studies/connectivity/matching.py"


rule connectivity_branches:
    input:
        CONNECTIVITY_FILES.data_of_chain,
        copies=CONNECTIVITY_FILES.branches,
    output:
        table=f"{CONNECTIVITY_BATCH}/branches/{{chain}}.csv",
    log:
        f"{CONNECTIVITY}/logs/branches/{{chain}}.seeds-{{seeds}}.log",
    benchmark:
        f"{CONNECTIVITY}/benchmarks/branches/{{chain}}.seeds-{{seeds}}.jsonl"
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg(
            *chain_keys("{chain}"),
            "connectivity.branches.{chain}",
            "connectivity.measurement.branch_positions",
            "connectivity.measurement.train",
        ),
        code=code("studies/connectivity/branches.py"),
        data=DATA,
    message:
        "{wildcards.chain}, seeds {wildcards.seeds}: lines between copies that parted"
    script:
        "../workflow_scripts/studies/connectivity/branches.py"


rule connectivity_averages:
    input:
        CONNECTIVITY_FILES.data,
        start=CONNECTIVITY_FILES.start,
    output:
        points=f"{CONNECTIVITY_BATCH}/averages.safetensors",
    log:
        f"{CONNECTIVITY}/logs/averages/seeds-{{seeds}}.log",
    benchmark:
        f"{CONNECTIVITY}/benchmarks/averages/seeds-{{seeds}}.jsonl"
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg(*CONNECTIVITY_MAIN, "connectivity.averaging"),
        code=code("studies/connectivity/averages.py"),
        data=DATA,
    message:
        "Seeds {wildcards.seeds}: training on, and averaging the iterates"
    script:
        "../workflow_scripts/studies/connectivity/averages.py"


rule connectivity_flatness:
    input:
        CONNECTIVITY_FILES.data,
        points=f"{CONNECTIVITY_BATCH}/averages.safetensors",
    output:
        table=f"{CONNECTIVITY_BATCH}/averages.csv",
    log:
        f"{CONNECTIVITY}/logs/flatness/seeds-{{seeds}}.log",
    benchmark:
        f"{CONNECTIVITY}/benchmarks/flatness/seeds-{{seeds}}.jsonl"
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg(*CONNECTIVITY_MAIN, "connectivity.measurement.curvature"),
        code=code("studies/connectivity/flatness.py"),
        data=DATA,
    message:
        "Seeds {wildcards.seeds}: accuracy and flatness of averaged weights"
    script:
        "../workflow_scripts/studies/connectivity/flatness.py"


rule connectivity_copies:
    input:
        CONNECTIVITY_FILES.data,
        start=CONNECTIVITY_FILES.start,
    output:
        copies=f"{CONNECTIVITY_BATCH}/copies.safetensors",
    log:
        f"{CONNECTIVITY}/logs/copies/seeds-{{seeds}}.log",
    benchmark:
        f"{CONNECTIVITY}/benchmarks/copies/seeds-{{seeds}}.jsonl"
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg(*CONNECTIVITY_MAIN, "connectivity.soups"),
        code=code("studies/connectivity/copies.py"),
        data=DATA,
    message:
        "Seeds {wildcards.seeds}: fine-tuning copies"
    script:
        "../workflow_scripts/studies/connectivity/copies.py"


rule connectivity_soups:
    input:
        unpack(CONNECTIVITY_FILES.ends),
        unpack(CONNECTIVITY_FILES.copies),
        CONNECTIVITY_FILES.data,
    output:
        table=f"{CONNECTIVITY_BATCH}/soups.csv",
    log:
        f"{CONNECTIVITY}/logs/soups/seeds-{{seeds}}.log",
    benchmark:
        f"{CONNECTIVITY}/benchmarks/soups/seeds-{{seeds}}.jsonl"
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg(*CONNECTIVITY_MAIN),
        apart=SETTINGS.connectivity.apart,
        code=code("studies/connectivity/soups.py"),
        data=DATA,
    message:
        "Pairs {wildcards.seeds}: soups of fine-tuned copies"
    script:
        "../workflow_scripts/studies/connectivity/soups.py"


rule connectivity_tables:
    input:
        **CONNECTIVITY_FILES.tables(),
    output:
        **CONNECTIVITY_TABLES,
        **CONNECTIVITY_LINES,
    log:
        f"{CONNECTIVITY}/logs/tables/all.log",
    benchmark:
        f"{CONNECTIVITY}/benchmarks/tables/all.jsonl"
    conda:
        "../environment.yml"
    params:
        code=code("studies/connectivity/tables.py"),
    message:
        "Connectivity: gathering tables"
    script:
        "../workflow_scripts/studies/connectivity/tables.py"


rule connectivity_claims:
    input:
        paths=CONNECTIVITY_TABLES["paths"],
        branches=CONNECTIVITY_TABLES["branches"],
        matching=CONNECTIVITY_TABLES["matching"],
        averages=CONNECTIVITY_TABLES["averages"],
        soups=CONNECTIVITY_TABLES["soups"],
    output:
        claims=f"{CONNECTIVITY}/claims.json",
    log:
        f"{CONNECTIVITY}/logs/claims/all.log",
    benchmark:
        f"{CONNECTIVITY}/benchmarks/claims/all.jsonl"
    conda:
        "../environment.yml"
    params:
        cfg=cfg("scale", "connectivity.main", "connectivity.unstable", "connectivity.branches"),
        code=code("studies/connectivity/claims.py", "studies/connectivity/claims.py"),
    message:
        "Connectivity: deciding the claims"
    script:
        "../workflow_scripts/studies/connectivity/claims.py"


rule connectivity_figures:
    input:
        **CONNECTIVITY_TABLES,
        **CONNECTIVITY_LINES,
    output:
        report(
            collect_figures("connectivity"),
            caption="../workflow_scripts/evidence/report/captions/figure.rst",
            category="Mode connectivity",
        ),
    log:
        f"{CONNECTIVITY}/logs/figures/all.log",
    benchmark:
        f"{CONNECTIVITY}/benchmarks/figures/all.jsonl"
    conda:
        "../environment.yml"
    params:
        cfg=cfg("connectivity.unstable"),
        code=code("studies/connectivity/figures.py"),
    message:
        "Connectivity: drawing"
    script:
        "../workflow_scripts/studies/connectivity/figures.py"
