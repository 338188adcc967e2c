# Approximation: networks that are written down, networks that are trained, and polynomials.
APPROXIMATION = FILES["approximation"]


pathvars:
    approximation_tuning="<approximation>/checkpoints/tuning",
    approximation_widths=r"{group,[\d-]+}",
    approximation_batch="<approximation>/checkpoints/<batch>",


rule approximation_construct:
    output:
        **APPROXIMATION.written(),
    log:
        "<approximation>/logs/construct/seeds-{seeds}.log",
    resources:
        gpu=0,
    params:
        **step(
            "studies/approximation/construct.py",
            "approximation.functions",
            "approximation.widths",
            "approximation.places",
            "approximation.polynomials",
            "approximation.tents",
        ),
    message:
        "Seeds {wildcards.seeds}: networks and polynomials that are written down"
    script:
        "../workflow_scripts/studies/approximation/construct.py"


rule approximation_identities:
    output:
        table="<approximation>/checkpoints/identities.csv",
    log:
        "<approximation>/logs/identities/all.log",
    resources:
        gpu=0,
    params:
        **step("studies/approximation/identities.py", "approximation.tents"),
    message:
        "Tents and the square, exactly"
    script:
        "../workflow_scripts/studies/approximation/identities.py"


rule approximation_tune:
    output:
        table="<approximation_tuning>/widths-<approximation_widths>.csv",
    log:
        "<approximation>/logs/tune/widths-{group}.log",
    priority: 2  # training waits for it
    params:
        **step(
            "studies/approximation/tune.py",
            "approximation.functions",
            "approximation.places",
            "approximation.trained.points",
            "approximation.trained.training",
            "approximation.trained.tuning",
            "device",
        ),
    message:
        "{wildcards.group} units: comparing learning rates"
    script:
        "../workflow_scripts/studies/approximation/tune.py"


rule approximation_train:
    input:
        rates="<approximation_tuning>/widths-{group}.csv",
    output:
        trained="<approximation_batch>/adam-<approximation_widths>/trained.safetensors",
        table="<approximation_batch>/adam-<approximation_widths>/table.csv",
    log:
        "<approximation>/logs/train/seeds-{seeds}.widths-{group}.log",
    priority: 1  # the longest jobs of the study go first
    params:
        **step(
            "studies/approximation/train.py",
            "approximation.functions",
            "approximation.places",
            "approximation.trained.points",
            "approximation.trained.training",
            "device",
        ),
    message:
        "Seeds {wildcards.seeds}: {wildcards.group} units, trained by Adam"
    script:
        "../workflow_scripts/studies/approximation/train.py"


rule approximation_descend:
    output:
        trained="<approximation_batch>/lbfgs-<approximation_widths>/trained.safetensors",
        table="<approximation_batch>/lbfgs-<approximation_widths>/table.csv",
    log:
        "<approximation>/logs/descend/seeds-{seeds}.widths-{group}.log",
    priority: 1
    resources:
        gpu=0,
    params:
        **step(
            "studies/approximation/descend.py",
            "approximation.functions",
            "approximation.places",
            "approximation.trained.points",
            "approximation.trained.iterations",
            "approximation.trained.memory",
        ),
    message:
        "Seeds {wildcards.seeds}: {wildcards.group} units, trained by L-BFGS"
    script:
        "../workflow_scripts/studies/approximation/descend.py"


rule approximation_deep:
    output:
        trained="<approximation_batch>/deep/trained.safetensors",
        table="<approximation_batch>/deep/table.csv",
        drawings="<approximation_batch>/deep/drawings.csv",
    log:
        "<approximation>/logs/deep/seeds-{seeds}.log",
    priority: 1
    params:
        **step(
            "studies/approximation/deep.py",
            "approximation.deep",
            "approximation.tents.spread",
            "device",
        ),
    message:
        "Seeds {wildcards.seeds}: deep networks learn tents"
    script:
        "../workflow_scripts/studies/approximation/deep.py"
