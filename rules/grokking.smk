# Grokking: train until the table is learned (or the budget is spent), measuring throughout.
GROKKING = FILES["grokking"]


pathvars:
    grokking_batch="<grokking>/checkpoints/{condition,%s}/<batch>"
    % one_of(GROKKING.settings.conditions),
    grokking_images="<grokking>/checkpoints/<batch>/images",


rule grokking_train:
    output:
        trained="<grokking_batch>/trained.safetensors",
        history="<grokking_batch>/history.safetensors",
    log:
        "<grokking>/logs/train/{condition}.seeds-{seeds}.log",
    params:
        **step(
            "studies/grokking/train.py",
            "grokking.conditions.{condition}.table",
            "grokking.conditions.{condition}.network",
            "grokking.conditions.{condition}.training",
            "grokking.conditions.{condition}.loss",
            "grokking.conditions.{condition}.measured",
            "grokking.generalisation",
            "device",
        ),
    message:
        "{wildcards.condition}, seeds {wildcards.seeds}: training until the table is understood"
    script:
        "../workflow_scripts/studies/grokking/train.py"


rule grokking_images:
    input:
        GROKKING.data,
    output:
        trained="<grokking_images>/trained.safetensors",
        history="<grokking_images>/history.safetensors",
    log:
        "<grokking>/logs/images/seeds-{seeds}.log",
    params:
        **step(
            "studies/grokking/images.py",
            "grokking.images.sample",
            "grokking.images.network",
            "grokking.images.training",
            "grokking.images.every",
            "device",
            data=DATA,
        ),
    message:
        "images, seeds {wildcards.seeds}: training far beyond convergence"
    script:
        "../workflow_scripts/studies/grokking/images.py"
