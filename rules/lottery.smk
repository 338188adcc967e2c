# Winning tickets: dense training → level k: prune → rewind → train, level by level, and controls.
from workflow_scripts.studies.lottery.files import LotteryFiles

LOTTERY = f"{RESULTS}/lottery"
LOTTERY_BATCH = f"{LOTTERY}/checkpoints/{{chain}}/seeds-{{seeds}}"
LOTTERY_LEVEL = f"{LOTTERY_BATCH}/rewind-{{rewind}}/level-{{level}}"
LOTTERY_TRAINING = [
    "lottery.chains.{chain}.network",
    "lottery.chains.{chain}.sample",
    "lottery.chains.{chain}.training",
    "device",
]
LOTTERY_RECIPE = [*LOTTERY_TRAINING, "lottery.chains.{chain}.evaluation"]


wildcard_constraints:
    chain="[^/]+",
    seeds=r"\d+-\d+",
    rewind=r"\d+",
    level=r"\d+",
    point=r"\d+",


LOTTERY_FILES = LotteryFiles(SETTINGS.lottery, LOTTERY, DATA)
CHECKPOINTS["lottery"] = LOTTERY_FILES.checkpoints


rule lottery:
    input:
        f"{LOTTERY}/claims.json",
        collect_figures("lottery"),
        LOTTERY_FILES.checkpoints(),


rule lottery_dense:
    input:
        LOTTERY_FILES.data,
    output:
        start=f"{LOTTERY_BATCH}/dense/start.safetensors",
        trained=f"{LOTTERY_BATCH}/dense/trained.safetensors",
        history=f"{LOTTERY_BATCH}/dense/history.safetensors",
    log:
        f"{LOTTERY}/logs/dense/{{chain}}.seeds-{{seeds}}.log",
    benchmark:
        f"{LOTTERY}/benchmarks/dense/{{chain}}.seeds-{{seeds}}.jsonl"
    priority: 1
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg(*LOTTERY_RECIPE, "lottery.chains.{chain}.snapshots"),
        code=code("studies/lottery/dense.py"),
        data=DATA,
    message:
        "{wildcards.chain}, seeds {wildcards.seeds}: training dense"
    script:
        "../workflow_scripts/studies/lottery/dense.py"


rule lottery_level:
    input:
        unpack(LOTTERY_FILES.level_before),
        LOTTERY_FILES.data,
        start=f"{LOTTERY_BATCH}/dense/start.safetensors",
    output:
        mask=f"{LOTTERY_LEVEL}/mask.safetensors",
        trained=f"{LOTTERY_LEVEL}/trained.safetensors",
        history=f"{LOTTERY_LEVEL}/history.safetensors",
    log:
        f"{LOTTERY}/logs/level/{{chain}}.seeds-{{seeds}}.rewind-{{rewind}}.level-{{level}}.log",
    benchmark:
        f"{LOTTERY}/benchmarks/level/{{chain}}.seeds-{{seeds}}.rewind-{{rewind}}.level-{{level}}.jsonl"
    priority: 1  # a chain is the longest path: its levels go before what hangs off it
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg(*LOTTERY_RECIPE, "lottery.chains.{chain}.pruning"),
        code=code("studies/lottery/level.py"),
        data=DATA,
    message:
        "{wildcards.chain}, seeds {wildcards.seeds}: level {wildcards.level}, prune → rewind to step"
        " {wildcards.rewind} → train"
    script:
        "../workflow_scripts/studies/lottery/level.py"


rule lottery_control:
    input:
        unpack(LOTTERY_FILES.control_mask),
        LOTTERY_FILES.data,
        start=f"{LOTTERY_BATCH}/dense/start.safetensors",
        dense=f"{LOTTERY_BATCH}/dense/trained.safetensors",
    output:
        history=f"{LOTTERY_BATCH}/controls/level-{{level}}/history.safetensors",
    log:
        f"{LOTTERY}/logs/control/{{chain}}.seeds-{{seeds}}.level-{{level}}.log",
    benchmark:
        f"{LOTTERY}/benchmarks/control/{{chain}}.seeds-{{seeds}}.level-{{level}}.jsonl"
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg(*LOTTERY_RECIPE),
        arms=LOTTERY_FILES.arms,
        code=code("studies/lottery/control.py"),
        data=DATA,
    message:
        "{wildcards.chain}, seeds {wildcards.seeds}: controls of level {wildcards.level}"
    script:
        "../workflow_scripts/studies/lottery/control.py"


rule lottery_needle:
    input:
        LOTTERY_FILES.data,
        start=f"{LOTTERY_BATCH}/dense/start.safetensors",
        dense=f"{LOTTERY_BATCH}/dense/trained.safetensors",
    output:
        history=f"{LOTTERY_BATCH}/needle/history.safetensors",
    log:
        f"{LOTTERY}/logs/needle/{{chain}}.seeds-{{seeds}}.log",
    benchmark:
        f"{LOTTERY}/benchmarks/needle/{{chain}}.seeds-{{seeds}}.jsonl"
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg(
            *LOTTERY_RECIPE,
            "lottery.chains.{chain}.pruning",
            "lottery.needles.survivors",
            "lottery.needles.rounds",
        ),
        code=code("studies/lottery/needle.py"),
        data=DATA,
    message:
        "{wildcards.chain}, seeds {wildcards.seeds}: pruning to the common number of weights"
    script:
        "../workflow_scripts/studies/lottery/needle.py"


rule lottery_branch:
    input:
        LOTTERY_FILES.data,
        start=f"{LOTTERY_BATCH}/dense/start.safetensors",
    output:
        trained=f"{LOTTERY_BATCH}/branch-{{point}}/trained.safetensors",
    log:
        f"{LOTTERY}/logs/branch/{{chain}}.seeds-{{seeds}}.point-{{point}}.log",
    benchmark:
        f"{LOTTERY}/benchmarks/branch/{{chain}}.seeds-{{seeds}}.point-{{point}}.jsonl"
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg(*LOTTERY_TRAINING),
        code=code("studies/lottery/branch.py"),
        data=DATA,
    message:
        "{wildcards.chain}, seeds {wildcards.seeds}: two copies that part at step {wildcards.point}"
    script:
        "../workflow_scripts/studies/lottery/branch.py"


rule lottery_instability:
    input:
        LOTTERY_FILES.data,
        copies=LOTTERY_FILES.copies,
    output:
        table=f"{LOTTERY_BATCH}/lines.csv",
    log:
        f"{LOTTERY}/logs/instability/{{chain}}.seeds-{{seeds}}.log",
    benchmark:
        f"{LOTTERY}/benchmarks/instability/{{chain}}.seeds-{{seeds}}.jsonl"
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg(
            "lottery.chains.{chain}.network",
            "lottery.chains.{chain}.sample",
            "lottery.instability.points",
            "lottery.instability.line",
        ),
        code=code("studies/lottery/instability.py"),
        data=DATA,
    message:
        "{wildcards.chain}, seeds {wildcards.seeds}: lines between copies"
    script:
        "../workflow_scripts/studies/lottery/instability.py"


rule lottery_tables:
    input:
        histories=LOTTERY_FILES.histories,
        needles=LOTTERY_FILES.needles,
        lines=LOTTERY_FILES.lines,
    output:
        curves=f"{LOTTERY}/tables/curves.csv",
        outcomes=f"{LOTTERY}/tables/outcomes.csv",
        needles=f"{LOTTERY}/tables/needles.csv",
        lines=f"{LOTTERY}/tables/lines.csv",
        barriers=f"{LOTTERY}/tables/barriers.csv",
    log:
        f"{LOTTERY}/logs/tables/all.log",
    benchmark:
        f"{LOTTERY}/benchmarks/tables/all.jsonl"
    conda:
        "../environment.yml"
    params:
        code=code("studies/lottery/tables.py"),
    message:
        "Lottery: gathering tables"
    script:
        "../workflow_scripts/studies/lottery/tables.py"


rule lottery_claims:
    input:
        outcomes=f"{LOTTERY}/tables/outcomes.csv",
        needles=f"{LOTTERY}/tables/needles.csv",
        barriers=f"{LOTTERY}/tables/barriers.csv",
        curves=f"{LOTTERY}/tables/curves.csv",
    output:
        claims=f"{LOTTERY}/claims.json",
    log:
        f"{LOTTERY}/logs/claims/all.log",
    benchmark:
        f"{LOTTERY}/benchmarks/claims/all.jsonl"
    conda:
        "../environment.yml"
    params:
        cfg=cfg("scale", "lottery.main", "lottery.late"),
        code=code("studies/lottery/claims.py", "studies/lottery/claims.py"),
    message:
        "Lottery: deciding the claims"
    script:
        "../workflow_scripts/studies/lottery/claims.py"


rule lottery_figures:
    input:
        outcomes=f"{LOTTERY}/tables/outcomes.csv",
        needles=f"{LOTTERY}/tables/needles.csv",
        barriers=f"{LOTTERY}/tables/barriers.csv",
        curves=f"{LOTTERY}/tables/curves.csv",
        lines=f"{LOTTERY}/tables/lines.csv",
    output:
        report(
            collect_figures("lottery"),
            caption="../workflow_scripts/evidence/report/captions/figure.rst",
            category="Winning tickets",
        ),
    log:
        f"{LOTTERY}/logs/figures/all.log",
    benchmark:
        f"{LOTTERY}/benchmarks/figures/all.jsonl"
    conda:
        "../environment.yml"
    params:
        cfg=cfg("lottery.main", "lottery.late"),
        code=code("studies/lottery/figures.py"),
    message:
        "Lottery: drawing"
    script:
        "../workflow_scripts/studies/lottery/figures.py"
