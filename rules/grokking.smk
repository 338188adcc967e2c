# Grokking: train until the table is learned (or the budget is spent), measuring throughout.


pathvars:
    grokking_batch="<grokking>/checkpoints/{condition,[^/]+}/<batch>",


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
