# Flat valleys, sharp pits: arms of trainings → curvature at a common loss → pictures, tables.
SHARPNESS = FILES["sharpness"]
PICTURED = SHARPNESS.settings.slices.arms
RESCALED = SHARPNESS.settings.rescaling.arm


pathvars:
    sharpness_arm=f"<sharpness>/checkpoints/{{arm,{one_of(SHARPNESS.settings.arms)}}}/<batch>",


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
        SHARPNESS.data,
        target="<sharpness_arm>/target.safetensors",
        end="<sharpness_arm>/end.safetensors",
    output:
        table="<sharpness_arm>/minima.csv",
    log:
        "<sharpness>/logs/measure/{arm}.seeds-{seeds}.log",
    params:
        **step(
            "studies/sharpness/measure.py",
            cfg=lambda wildcards: cfg(
                *SHARPNESS.keys(wildcards.arm), "sharpness.measures", "device"
            )(wildcards),
            data=DATA,
        ),
    message:
        "{wildcards.arm}, seeds {wildcards.seeds}: curvature"
    script:
        "../workflow_scripts/studies/sharpness/measure.py"


rule sharpness_pictures:
    input:
        lambda wildcards: SHARPNESS.manifests(*PICTURED),
        networks=SHARPNESS.targets(*PICTURED),
    output:
        line="<sharpness>/checkpoints/<batch>/line.csv",
        plane="<sharpness>/checkpoints/<batch>/plane.csv",
    log:
        "<sharpness>/logs/pictures/seeds-{seeds}.log",
    params:
        **step(
            "studies/sharpness/pictures.py",
            *SHARPNESS.keys(*PICTURED),
            "sharpness.compared",
            "sharpness.slices",
            "device",
            data=DATA,
        ),
    message:
        "Seeds {wildcards.seeds}: pictures of the loss"
    script:
        "../workflow_scripts/studies/sharpness/pictures.py"


rule sharpness_rescale:
    input:
        lambda wildcards: SHARPNESS.manifests(RESCALED),
        networks=SHARPNESS.target(RESCALED),
    output:
        rescaling="<sharpness>/checkpoints/<batch>/rescaling.csv",
    log:
        "<sharpness>/logs/rescale/seeds-{seeds}.log",
    params:
        **step(
            "studies/sharpness/rescale.py",
            *SHARPNESS.keys(RESCALED),
            "sharpness.rescaling",
            "sharpness.measures.examples",
            "sharpness.measures.tolerance",
            "sharpness.measures.adaptive_radius",
            "sharpness.measures.ascent_steps",
            "device",
            data=DATA,
        ),
    message:
        "Seeds {wildcards.seeds}: rescaled layers"
    script:
        "../workflow_scripts/studies/sharpness/rescale.py"
