# Flat valleys, sharp pits: arms of trainings → curvature at a common loss → panels, tables.
SHARPNESS = FILES["sharpness"]


pathvars:
    sharpness_arm="<sharpness>/checkpoints/{arm,[^/]+}/<batch>",


rule sharpness_train:
    input:
        SHARPNESS.data,
    output:
        target="<sharpness_arm>/target.safetensors",
        end="<sharpness_arm>/end.safetensors",
        history="<sharpness_arm>/history.safetensors",
    log:
        "<sharpness>/logs/train/{arm}.seeds-{seeds}.log",
    priority: 1
    params:
        **step(
            "studies/sharpness/train.py",
            cfg=lambda wildcards: cfg(*SHARPNESS.keys(wildcards.arm), "device")(wildcards),
            data=DATA,
        ),
    message:
        "{wildcards.arm}, seeds {wildcards.seeds}: training"
    script:
        "../workflow_scripts/studies/sharpness/train.py"


rule sharpness_measure:
    input:
        SHARPNESS.measured_data,
        target=SHARPNESS.targets,
        end=SHARPNESS.ends,
    output:
        table="<sharpness>/checkpoints/<batch>/minima.csv",
    log:
        "<sharpness>/logs/measure/seeds-{seeds}.log",
    params:
        **step(
            "studies/sharpness/measure.py",
            "sharpness.arms",
            "sharpness.tasks",
            "sharpness.measures",
            data=DATA,
        ),
    message:
        "Seeds {wildcards.seeds}: curvature"
    script:
        "../workflow_scripts/studies/sharpness/measure.py"


rule sharpness_panels:
    input:
        SHARPNESS.pictured_data,
        networks=SHARPNESS.pictured_networks,
    output:
        line="<sharpness>/checkpoints/<batch>/line.csv",
        plane="<sharpness>/checkpoints/<batch>/plane.csv",
        rescaling="<sharpness>/checkpoints/<batch>/rescaling.csv",
    log:
        "<sharpness>/logs/panels/seeds-{seeds}.log",
    params:
        **step(
            "studies/sharpness/panels.py",
            *SHARPNESS.keys(*SHARPNESS.pictured()),
            "sharpness.compared",
            "sharpness.measures",
            "sharpness.slices",
            "sharpness.rescaling",
            arms=SHARPNESS.pictured(),
            data=DATA,
        ),
    message:
        "Seeds {wildcards.seeds}: pictures of the loss, rescaled layers"
    script:
        "../workflow_scripts/studies/sharpness/panels.py"
