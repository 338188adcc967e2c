# Double descent: regressions on random features, trained networks over width and over steps.
from workflow_scripts.learning.width_groups import group_of

DOUBLE_DESCENT = FILES["double_descent"]
WIDTHS = one_of(map(group_of, DOUBLE_DESCENT.settings.networks.groups))
NOISES = one_of(DOUBLE_DESCENT.settings.epochs.noise)


pathvars:
    double_descent_widths=f"<double_descent>/checkpoints/networks/<batch>/widths-{{group,{WIDTHS}}}",
    double_descent_noise=f"<double_descent>/checkpoints/epochs/<batch>/noise-{{noise,{NOISES}}}",


rule double_descent_features:
    input:
        DOUBLE_DESCENT.data("features"),
    output:
        table="<double_descent>/checkpoints/features/<batch>.csv",
    log:
        "<double_descent>/logs/features/seeds-{seeds}.log",
    resources:
        gpu=0,
    params:
        **step("studies/double_descent/features.py", "double_descent.features", data=DATA),
    message:
        "Seeds {wildcards.seeds}: regression on more and more features"
    script:
        "../workflow_scripts/studies/double_descent/features.py"


rule double_descent_sizes:
    input:
        DOUBLE_DESCENT.data("sizes"),
    output:
        table="<double_descent>/checkpoints/sizes/<batch>.csv",
    log:
        "<double_descent>/logs/sizes/seeds-{seeds}.log",
    resources:
        gpu=0,
    params:
        **step(
            "studies/double_descent/sizes.py",
            "double_descent.sizes",
            "double_descent.features.ridges",
            "double_descent.features.noise",
            "double_descent.features.unseen",
            data=DATA,
        ),
    message:
        "Seeds {wildcards.seeds}: regression on more and more images"
    script:
        "../workflow_scripts/studies/double_descent/sizes.py"


rule double_descent_two_scales:
    output:
        table="<double_descent>/checkpoints/two_scales/<batch>.csv",
    log:
        "<double_descent>/logs/two_scales/seeds-{seeds}.log",
    resources:
        gpu=0,
    params:
        **step("studies/double_descent/two_scales.py", "double_descent.two_scales"),
    message:
        "Seeds {wildcards.seeds}: descent on two scales"
    script:
        "../workflow_scripts/studies/double_descent/two_scales.py"


rule double_descent_networks:
    input:
        DOUBLE_DESCENT.data("networks"),
    output:
        trained="<double_descent_widths>/trained.safetensors",
        history="<double_descent_widths>/history.safetensors",
    log:
        "<double_descent>/logs/networks/seeds-{seeds}.widths-{group}.log",
    priority: 1  # the longest jobs of the study go first
    params:
        **step(
            "studies/double_descent/networks.py",
            "double_descent.networks.sample",
            "double_descent.networks.network",
            "double_descent.networks.noise",
            "double_descent.networks.training",
            "double_descent.networks.averaging",
            "double_descent.networks.measurements",
            "device",
            data=DATA,
        ),
    message:
        "Seeds {wildcards.seeds}: training networks of the widths {wildcards.group}"
    script:
        "../workflow_scripts/studies/double_descent/networks.py"


rule double_descent_epochs:
    input:
        DOUBLE_DESCENT.data("epochs"),
    output:
        trained="<double_descent_noise>/trained.safetensors",
        history="<double_descent_noise>/history.safetensors",
    log:
        "<double_descent>/logs/epochs/seeds-{seeds}.noise-{noise}.log",
    priority: 1  # the longest jobs of the study go first
    params:
        **step(
            "studies/double_descent/epochs.py",
            "double_descent.epochs.sample",
            "double_descent.epochs.network",
            "double_descent.epochs.training",
            "double_descent.epochs.measurements",
            "device",
            data=DATA,
        ),
    message:
        "Seeds {wildcards.seeds}: training for long with label noise {wildcards.noise}"
    script:
        "../workflow_scripts/studies/double_descent/epochs.py"
