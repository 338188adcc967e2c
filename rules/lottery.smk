# Winning tickets: dense training → level k: prune → rewind → train, level by level, and controls.
from workflow_scripts.studies.lottery.files import chain_keys

LOTTERY = FILES["lottery"]
LOTTERY_RECIPE = chain_keys("{chain}", "training", "evaluation")
CHAINS = LOTTERY.settings.chains
REWINDS = [step for chain in CHAINS.values() for step in chain.rewind]


pathvars:
    lottery_batch=f"<lottery>/checkpoints/{{chain,{one_of(CHAINS)}}}/<batch>",
    lottery_level=f"<lottery_batch>/rewind-{{rewind,{one_of(REWINDS)}}}/level-{{level,[1-9]\\d*}}",


rule lottery_dense:
    input:
        LOTTERY.data,
    output:
        start="<lottery_batch>/dense/start.safetensors",
        trained="<lottery_batch>/dense/trained.safetensors",
        history="<lottery_batch>/dense/history.safetensors",
    log:
        "<lottery>/logs/dense/{chain}.seeds-{seeds}.log",
    priority: 1
    params:
        **step(
            "studies/lottery/dense.py",
            *LOTTERY_RECIPE,
            "lottery.chains.{chain}.snapshots",
            validated_every=LOTTERY.validated_every,
            data=DATA,
        ),
    message:
        "{wildcards.chain}, seeds {wildcards.seeds}: training dense"
    script:
        "../workflow_scripts/studies/lottery/dense.py"


rule lottery_level:
    input:
        unpack(LOTTERY.level_before),
        LOTTERY.data,
        start="<lottery_batch>/dense/start.safetensors",
    output:
        mask="<lottery_level>/mask.safetensors",
        trained="<lottery_level>/trained.safetensors",
        history="<lottery_level>/history.safetensors",
    log:
        "<lottery>/logs/level/{chain}.seeds-{seeds}.rewind-{rewind}.level-{level}.log",
    priority: 1  # a chain is the longest path: its levels run before what depends on them
    params:
        **step(
            "studies/lottery/level.py",
            *LOTTERY_RECIPE,
            "lottery.chains.{chain}.pruning",
            validated_every=LOTTERY.validated_every,
            data=DATA,
        ),
    message:
        "{wildcards.chain}, seeds {wildcards.seeds}: level {wildcards.level}, prune → rewind to step"
        " {wildcards.rewind} → train"
    script:
        "../workflow_scripts/studies/lottery/level.py"


rule lottery_long:
    input:
        LOTTERY.data,
        start="<lottery_batch>/dense/start.safetensors",
    output:
        trained=r"<lottery_batch>/long/trainings-{trainings,\d+}/trained.safetensors",
    log:
        "<lottery>/logs/long/{chain}.seeds-{seeds}.trainings-{trainings}.log",
    priority: 1
    params:
        **step("studies/lottery/long.py", *LOTTERY_RECIPE, data=DATA),
    message:
        "{wildcards.chain}, seeds {wildcards.seeds}: dense training as long as"
        " {wildcards.trainings} trainings"
    script:
        "../workflow_scripts/studies/lottery/long.py"


rule lottery_control:
    input:
        unpack(LOTTERY.control_inputs),
        LOTTERY.data,
        start="<lottery_batch>/dense/start.safetensors",
        dense="<lottery_batch>/dense/trained.safetensors",
    output:
        history=r"<lottery_batch>/controls/level-{level,\d+}/history.safetensors",
    log:
        "<lottery>/logs/control/{chain}.seeds-{seeds}.level-{level}.log",
    params:
        **step(
            "studies/lottery/control.py",
            *LOTTERY_RECIPE,
            arms=LOTTERY.arms,
            validated_every=LOTTERY.validated_every,
            data=DATA,
        ),
    message:
        "{wildcards.chain}, seeds {wildcards.seeds}: controls of level {wildcards.level}"
    script:
        "../workflow_scripts/studies/lottery/control.py"


rule lottery_needle:
    input:
        LOTTERY.data,
        start="<lottery_batch>/dense/start.safetensors",
        dense="<lottery_batch>/dense/trained.safetensors",
    output:
        history="<lottery_batch>/needle/history.safetensors",
    log:
        "<lottery>/logs/needle/{chain}.seeds-{seeds}.log",
    params:
        **step(
            "studies/lottery/needle.py",
            *LOTTERY_RECIPE,
            "lottery.chains.{chain}.pruning",
            "lottery.needles.survivors",
            "lottery.needles.rounds",
            "lottery.needles.shuffled",
            data=DATA,
        ),
    message:
        "{wildcards.chain}, seeds {wildcards.seeds}: pruning to the common number of weights"
    script:
        "../workflow_scripts/studies/lottery/needle.py"


rule lottery_branch:
    input:
        LOTTERY.data,
        start="<lottery_batch>/dense/start.safetensors",
    output:
        trained="<lottery_batch>/branch-{point,%s}/trained.safetensors"
        % one_of(LOTTERY.settings.instability.points),
    log:
        "<lottery>/logs/branch/{chain}.seeds-{seeds}.point-{point}.log",
    params:
        **step(
            "studies/lottery/branch.py",
            *chain_keys("{chain}"),
            "lottery.chains.{chain}.training",
            data=DATA,
        ),
    message:
        "{wildcards.chain}, seeds {wildcards.seeds}: two copies that part at step {wildcards.point}"
    script:
        "../workflow_scripts/studies/lottery/branch.py"


rule lottery_instability:
    input:
        LOTTERY.data,
        copies=LOTTERY.copies,
    output:
        table="<lottery_batch>/lines.csv",
    log:
        "<lottery>/logs/instability/{chain}.seeds-{seeds}.log",
    params:
        **step(
            "studies/lottery/instability.py",
            "lottery.chains.{chain}.network",
            "lottery.chains.{chain}.sample",
            "lottery.instability.points",
            "lottery.instability.line",
            "device",
            data=DATA,
        ),
    message:
        "{wildcards.chain}, seeds {wildcards.seeds}: lines between copies"
    script:
        "../workflow_scripts/studies/lottery/instability.py"
