# Approximation: networks that are written down, networks that are trained, and polynomials.
APPROXIMATION = FILES["approximation"]


pathvars:
    approximation_tuning="<approximation>/checkpoints/tuning",
    approximation_widths=r"{group,[\d-]+}",
    approximation_batch="<approximation>/checkpoints/<batch>",
    approximation_functions=f"<approximation_batch>/{{functions,{one_of(APPROXIMATION.functions)}}}",


rule approximation_construct:
    output:
        table="<approximation_functions>/constructed.csv",
        drawings="<approximation_functions>/drawings.csv",
    log:
        "<approximation>/logs/construct/seeds-{seeds}.{functions}.log",
    resources:
        gpu=0,
    params:
        **step(
            "studies/approximation/construct.py",
            "approximation.functions",
            "approximation.widths",
            "approximation.places",
        ),
    message:
        "Seeds {wildcards.seeds}: {wildcards.functions} functions, networks that are written down"
    script:
        "../workflow_scripts/studies/approximation/construct.py"


rule approximation_interpolate:
    output:
        table="<approximation_batch>/polynomials.csv",
        drawings="<approximation_batch>/drawings.csv",
    log:
        "<approximation>/logs/interpolate/seeds-{seeds}.log",
    resources:
        gpu=0,
    params:
        **step(
            "studies/approximation/interpolate.py",
            "approximation.functions",
            "approximation.places",
            "approximation.polynomials",
        ),
    message:
        "Seeds {wildcards.seeds}: polynomials"
    script:
        "../workflow_scripts/studies/approximation/interpolate.py"


rule approximation_compose:
    output:
        table="<approximation_batch>/tents.csv",
    log:
        "<approximation>/logs/compose/seeds-{seeds}.log",
    resources:
        gpu=0,
    params:
        **step("studies/approximation/compose.py", "approximation.tents"),
    message:
        "Seeds {wildcards.seeds}: composed tents, and their best fits"
    script:
        "../workflow_scripts/studies/approximation/compose.py"


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
        trained="<approximation_functions>/adam-<approximation_widths>/trained.safetensors",
        table="<approximation_functions>/adam-<approximation_widths>/table.csv",
    log:
        "<approximation>/logs/train/seeds-{seeds}.{functions}.widths-{group}.log",
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
        "Seeds {wildcards.seeds}: {wildcards.functions} functions, {wildcards.group} units, by Adam"
    script:
        "../workflow_scripts/studies/approximation/train.py"


rule approximation_descend:
    output:
        trained="<approximation_batch>/smooth/lbfgs-<approximation_widths>/trained.safetensors",
        table="<approximation_batch>/smooth/lbfgs-<approximation_widths>/table.csv",
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
