# Focal loss: train the detectors of all arms, then judge their detections; identities of the loss.
FOCAL = FILES["focal"]


rule focal_train:
    input:
        FOCAL.data,
    output:
        trained="<focal>/checkpoints/<batch>/trained.safetensors",
        history="<focal>/checkpoints/<batch>/history.safetensors",
    log:
        "<focal>/logs/train/seeds-{seeds}.log",
    priority: 1  # the longest jobs of the study go first
    params:
        **step(
            "studies/focal/train.py",
            "focal.scenes",
            "focal.train",
            "focal.held.measured",
            "focal.hidden",
            "focal.arms",
            "focal.training",
            "focal.ignored",
            "focal.easy",
            "device",
            data=DATA,
        ),
    message:
        "Seeds {wildcards.seeds}: training detectors"
    script:
        "../workflow_scripts/studies/focal/train.py"


rule focal_measure:
    input:
        FOCAL.data,
        trained="<focal>/checkpoints/<batch>/trained.safetensors",
    output:
        precision="<focal>/checkpoints/<batch>/precision.csv",
        reliability="<focal>/checkpoints/<batch>/reliability.csv",
        calibration="<focal>/checkpoints/<batch>/calibration.csv",
        cumulative="<focal>/checkpoints/<batch>/cumulative.csv",
        found="<focal>/checkpoints/<batch>/found.csv",
        pictures="<focal>/checkpoints/<batch>/pictures.csv",
    log:
        "<focal>/logs/measure/seeds-{seeds}.log",
    params:
        **step(
            "studies/focal/measure.py",
            "focal.scenes",
            "focal.held",
            "focal.hidden",
            "focal.arms",
            "focal.ignored",
            "focal.suppression",
            "focal.bins",
            "focal.roles",
            "focal.shown",
            "device",
            data=DATA,
        ),
    message:
        "Seeds {wildcards.seeds}: detections and calibration"
    script:
        "../workflow_scripts/studies/focal/measure.py"


rule focal_identities:
    output:
        identities="<focal>/checkpoints/<batch>/identities.csv",
    log:
        "<focal>/logs/identities/seeds-{seeds}.log",
    resources:
        gpu=0,
    params:
        **step("studies/focal/identities.py", "focal.identities"),
    message:
        "Seeds {wildcards.seeds}: identities of the loss"
    script:
        "../workflow_scripts/studies/focal/identities.py"
