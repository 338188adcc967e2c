# Winning tickets: dense training → level k: prune → rewind → train, level by level, and controls.
LOTTERY = f"{RESULTS}/lottery"
BATCH = f"{LOTTERY}/checkpoints/{{chain}}/seeds-{{seeds}}"
LEVEL = f"{BATCH}/rewind-{{rewind}}/level-{{level}}"
RECIPE = [
    "lottery.chains.{chain}.network",
    "lottery.chains.{chain}.sample",
    "lottery.chains.{chain}.training",
    "lottery.chains.{chain}.evaluation",
    "device",
]


wildcard_constraints:
    chain="[^/]+",
    seeds=r"\d+-\d+",
    rewind=r"\d+",
    level=r"\d+",
    point=r"\d+",


def lottery_data(wildcards):
    """The data files of a chain."""
    return data_files(SETTINGS.lottery.chains[wildcards.chain].sample.dataset)


def lottery_level(chain, seeds, rewind, level):
    """What a level leaves behind: trained weights, and the masks they have (none when dense)."""
    batch = f"{LOTTERY}/checkpoints/{chain}/seeds-{seeds}"
    if level == 0:
        return {"trained": f"{batch}/dense/trained.safetensors"}
    folder = f"{batch}/rewind-{rewind}/level-{level}"
    return {"trained": f"{folder}/trained.safetensors", "mask": f"{folder}/mask.safetensors"}


def lottery_level_before(wildcards):
    """Trained weights and masks of the level before."""
    return lottery_level(
        wildcards.chain, wildcards.seeds, wildcards.rewind, int(wildcards.level) - 1
    )


def lottery_control_mask(wildcards):
    """The ticket's masks of a control's level; none at level 0."""
    level = lottery_level(wildcards.chain, wildcards.seeds, 0, int(wildcards.level))
    return {"mask": level["mask"]} if "mask" in level else {}


def lottery_needle_parent(wildcards):
    """The last level of a parent that has more weights than the needle."""
    level = SETTINGS.lottery.needles.from_level[wildcards.chain]
    return lottery_level(wildcards.chain, wildcards.seeds, 0, level)


def lottery_chain_levels():
    """Chain, rewinding step and level of every training of tickets that any result needs."""
    lottery = SETTINGS.lottery
    needed = {}
    for name, chain in lottery.chains.items():
        if name in (lottery.main, lottery.late):
            needed[name] = chain.levels
        else:
            needed[name] = lottery.needles.from_level.get(name, 0)
    return [
        (name, rewind, level)
        for name, levels in needed.items()
        for rewind in lottery.chains[name].rewind
        for level in range(1, levels + 1)
    ]


def lottery_curves(wildcards):
    """The curves of all trainings: dense, tickets of every level, controls."""
    lottery = SETTINGS.lottery
    folder = f"{LOTTERY}/checkpoints"
    control_levels = sorted({level for levels in lottery.controls.values() for level in levels})
    curves = []
    for seeds in lottery.seeds:
        curves += [f"{folder}/{chain}/seeds-{seeds}/dense/curve.csv" for chain in lottery.chains]
        curves += [
            f"{folder}/{chain}/seeds-{seeds}/rewind-{rewind}/level-{level}/curve.csv"
            for chain, rewind, level in lottery_chain_levels()
        ]
        curves += [
            f"{folder}/{lottery.main}/seeds-{seeds}/controls/level-{level}/curve.csv"
            for level in control_levels
        ]
    return curves


def lottery_needle_curves(wildcards):
    """The curves of the needles of all parents."""
    return [
        f"{LOTTERY}/checkpoints/{chain}/seeds-{seeds}/needle/curve.csv"
        for seeds in SETTINGS.lottery.seeds
        for chain in SETTINGS.lottery.needles.from_level
    ]


def lottery_copies(wildcards):
    """The trained copies of all branching points."""
    return [
        f"{LOTTERY}/checkpoints/{wildcards.chain}/seeds-{wildcards.seeds}"
        f"/branch-{point}/trained.safetensors"
        for point in SETTINGS.lottery.instability.points
    ]


def lottery_lines(wildcards):
    """The lines between copies, of all seeds."""
    chain = SETTINGS.lottery.instability.chain
    return [
        f"{LOTTERY}/checkpoints/{chain}/seeds-{seeds}/lines.csv" for seeds in SETTINGS.lottery.seeds
    ]


def lottery_checkpoints():
    """All trained weights: with the report, what a whole run leaves behind."""
    lottery = SETTINGS.lottery
    needed = [(chain, 0, 0) for chain in lottery.chains] + lottery_chain_levels()
    trained = [
        lottery_level(chain, seeds, rewind, level)["trained"]
        for seeds in lottery.seeds
        for chain, rewind, level in needed
    ]
    branches = [
        f"{LOTTERY}/checkpoints/{lottery.instability.chain}/seeds-{seeds}"
        f"/branch-{point}/trained.safetensors"
        for seeds in lottery.seeds
        for point in lottery.instability.points
    ]
    return trained + branches


CHECKPOINTS["lottery"] = lottery_checkpoints


rule lottery:
    input:
        f"{LOTTERY}/claims.json",
        collect_figures("lottery"),
        lottery_checkpoints(),


rule lottery_dense:
    input:
        lottery_data,
    output:
        start=f"{BATCH}/dense/start.safetensors",
        trained=f"{BATCH}/dense/trained.safetensors",
        curve=f"{BATCH}/dense/curve.csv",
    log:
        f"{LOTTERY}/logs/dense/{{chain}}.seeds-{{seeds}}.log",
    benchmark:
        f"{LOTTERY}/benchmarks/dense/{{chain}}.seeds-{{seeds}}.jsonl"
    threads: 1
    params:
        cfg=cfg(*RECIPE, "lottery.chains.{chain}.snapshots"),
        code=code("lottery/dense.py"),
        data=DATA,
    message:
        "{wildcards.chain}, seeds {wildcards.seeds}: training dense"
    script:
        "../workflow_scripts/lottery/dense.py"


rule lottery_prune:
    input:
        unpack(lottery_level_before),
    output:
        mask=f"{LEVEL}/mask.safetensors",
    log:
        f"{LOTTERY}/logs/prune/{{chain}}.seeds-{{seeds}}.rewind-{{rewind}}.level-{{level}}.log",
    benchmark:
        f"{LOTTERY}/benchmarks/prune/{{chain}}.seeds-{{seeds}}.rewind-{{rewind}}.level-{{level}}.jsonl"
    threads: 1
    params:
        cfg=cfg("lottery.chains.{chain}.pruning"),
        code=code("lottery/prune.py"),
    message:
        "{wildcards.chain}, seeds {wildcards.seeds}: pruning to level {wildcards.level}"
    script:
        "../workflow_scripts/lottery/prune.py"


rule lottery_retrain:
    input:
        lottery_data,
        start=f"{BATCH}/dense/start.safetensors",
        mask=f"{LEVEL}/mask.safetensors",
    output:
        trained=f"{LEVEL}/trained.safetensors",
        curve=f"{LEVEL}/curve.csv",
    log:
        f"{LOTTERY}/logs/retrain/{{chain}}.seeds-{{seeds}}.rewind-{{rewind}}.level-{{level}}.log",
    benchmark:
        f"{LOTTERY}/benchmarks/retrain/{{chain}}.seeds-{{seeds}}.rewind-{{rewind}}.level-{{level}}.jsonl"
    threads: 1
    params:
        cfg=cfg(*RECIPE),
        code=code("lottery/retrain.py"),
        data=DATA,
    message:
        "{wildcards.chain}, seeds {wildcards.seeds}: level {wildcards.level}, rewound to step"
        " {wildcards.rewind}, training"
    script:
        "../workflow_scripts/lottery/retrain.py"


rule lottery_control:
    input:
        unpack(lottery_control_mask),
        lottery_data,
        start=f"{BATCH}/dense/start.safetensors",
        dense=f"{BATCH}/dense/trained.safetensors",
    output:
        curve=f"{BATCH}/controls/level-{{level}}/curve.csv",
    log:
        f"{LOTTERY}/logs/control/{{chain}}.seeds-{{seeds}}.level-{{level}}.log",
    benchmark:
        f"{LOTTERY}/benchmarks/control/{{chain}}.seeds-{{seeds}}.level-{{level}}.jsonl"
    threads: 1
    params:
        cfg=cfg(*RECIPE, "lottery.controls"),
        code=code("lottery/control.py"),
        data=DATA,
    message:
        "{wildcards.chain}, seeds {wildcards.seeds}: controls of level {wildcards.level}"
    script:
        "../workflow_scripts/lottery/control.py"


rule lottery_needle:
    input:
        unpack(lottery_needle_parent),
        lottery_data,
        start=f"{BATCH}/dense/start.safetensors",
    output:
        curve=f"{BATCH}/needle/curve.csv",
    log:
        f"{LOTTERY}/logs/needle/{{chain}}.seeds-{{seeds}}.log",
    benchmark:
        f"{LOTTERY}/benchmarks/needle/{{chain}}.seeds-{{seeds}}.jsonl"
    threads: 1
    params:
        cfg=cfg(*RECIPE, "lottery.chains.{chain}.pruning", "lottery.needles.survivors"),
        code=code("lottery/needle.py"),
        data=DATA,
    message:
        "{wildcards.chain}, seeds {wildcards.seeds}: pruning to the common number of weights"
    script:
        "../workflow_scripts/lottery/needle.py"


rule lottery_branch:
    input:
        lottery_data,
        start=f"{BATCH}/dense/start.safetensors",
    output:
        trained=f"{BATCH}/branch-{{point}}/trained.safetensors",
    log:
        f"{LOTTERY}/logs/branch/{{chain}}.seeds-{{seeds}}.point-{{point}}.log",
    benchmark:
        f"{LOTTERY}/benchmarks/branch/{{chain}}.seeds-{{seeds}}.point-{{point}}.jsonl"
    threads: 1
    params:
        cfg=cfg(*RECIPE),
        code=code("lottery/branch.py"),
        data=DATA,
    message:
        "{wildcards.chain}, seeds {wildcards.seeds}: two copies that part at step {wildcards.point}"
    script:
        "../workflow_scripts/lottery/branch.py"


rule lottery_instability:
    input:
        lottery_data,
        copies=lottery_copies,
    output:
        table=f"{BATCH}/lines.csv",
    log:
        f"{LOTTERY}/logs/instability/{{chain}}.seeds-{{seeds}}.log",
    benchmark:
        f"{LOTTERY}/benchmarks/instability/{{chain}}.seeds-{{seeds}}.jsonl"
    threads: 1
    params:
        cfg=cfg(
            "lottery.chains.{chain}.network",
            "lottery.chains.{chain}.sample",
            "lottery.instability.points",
            "lottery.instability.line",
        ),
        code=code("lottery/instability.py"),
        data=DATA,
    message:
        "{wildcards.chain}, seeds {wildcards.seeds}: lines between copies"
    script:
        "../workflow_scripts/lottery/instability.py"


rule lottery_tables:
    input:
        curves=lottery_curves,
        needles=lottery_needle_curves,
        lines=lottery_lines,
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
    params:
        code=code("lottery/tables.py"),
    message:
        "Lottery: gathering tables"
    script:
        "../workflow_scripts/lottery/tables.py"


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
    params:
        cfg=cfg("scale", "lottery.main", "lottery.late"),
        code=code("lottery/claims.py", "lottery/claims.py"),
    message:
        "Lottery: deciding the claims"
    script:
        "../workflow_scripts/lottery/claims.py"


rule lottery_figures:
    input:
        outcomes=f"{LOTTERY}/tables/outcomes.csv",
        needles=f"{LOTTERY}/tables/needles.csv",
        barriers=f"{LOTTERY}/tables/barriers.csv",
        curves=f"{LOTTERY}/tables/curves.csv",
        lines=f"{LOTTERY}/tables/lines.csv",
    output:
        collect_figures("lottery"),
    log:
        f"{LOTTERY}/logs/figures/all.log",
    benchmark:
        f"{LOTTERY}/benchmarks/figures/all.jsonl"
    params:
        cfg=cfg("lottery.main", "lottery.late"),
        code=code("lottery/figures.py"),
    message:
        "Lottery: drawing"
    script:
        "../workflow_scripts/lottery/figures.py"
