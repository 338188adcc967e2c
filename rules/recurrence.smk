# Recurrence: train on sequences, then measure gradients against lag, bytes and identities.
RECURRENCE = FILES["recurrence"]


pathvars:
    recurrence_batch="<recurrence>/checkpoints/{condition,[^/]+}/<batch>",
    recurrence_measured="<recurrence>/checkpoints/<batch>",


rule recurrence_train:
    input:
        RECURRENCE.data,
    output:
        trained="<recurrence_batch>/trained.safetensors",
        history="<recurrence_batch>/history.safetensors",
    log:
        "<recurrence>/logs/train/{condition}.seeds-{seeds}.log",
    params:
        **step(
            "studies/recurrence/train.py",
            "recurrence.conditions.{condition}.task",
            "recurrence.conditions.{condition}.network",
            "recurrence.conditions.{condition}.training",
            "recurrence.conditions.{condition}.sequences",
            "recurrence.conditions.{condition}.every",
            "recurrence.solved",
            "recurrence.held_out",
            "device",
            data=DATA,
        ),
    message:
        "{wildcards.condition}, seeds {wildcards.seeds}: training on sequences"
    script:
        "../workflow_scripts/studies/recurrence/train.py"


rule recurrence_gradients:
    input:
        RECURRENCE.followed,
    output:
        gradients="<recurrence_measured>/gradients.csv",
    log:
        "<recurrence>/logs/gradients/seeds-{seeds}.log",
    resources:
        gpu=0,
    params:
        **step(
            "studies/recurrence/gradients.py",
            "recurrence.gradients",
            *(
                f"recurrence.conditions.{name}.network"
                for name in RECURRENCE.settings.gradients.trained
            ),
        ),
    message:
        "Seeds {wildcards.seeds}: gradients against lag"
    script:
        "../workflow_scripts/studies/recurrence/gradients.py"


rule recurrence_memory:
    output:
        memory="<recurrence_measured>/memory.csv",
    log:
        "<recurrence>/logs/memory/seeds-{seeds}.log",
    resources:
        gpu=0,
    params:
        **step("studies/recurrence/memory.py", "recurrence.memory"),
    message:
        "Seeds {wildcards.seeds}: bytes held for the backward pass"
    script:
        "../workflow_scripts/studies/recurrence/memory.py"


rule recurrence_identities:
    output:
        identities="<recurrence_measured>/identities.csv",
    log:
        "<recurrence>/logs/identities/seeds-{seeds}.log",
    resources:
        gpu=0,
    params:
        **step("studies/recurrence/identities.py", "recurrence.identities"),
    message:
        "Seeds {wildcards.seeds}: identities of the backward pass"
    script:
        "../workflow_scripts/studies/recurrence/identities.py"
