# Width to infinity: kernels by width, sparse parity by output scale, real images, identities.
NTK = FILES["ntk"]


rule ntk_widths:
    output:
        table=r"<ntk>/checkpoints/<batch>/layers-{layers,\d+}.csv",
        kernels=r"<ntk>/checkpoints/<batch>/layers-{layers,\d+}.safetensors",
    log:
        "<ntk>/logs/widths/layers-{layers}.seeds-{seeds}.log",
    params:
        **step(
            "studies/ntk/widths.py",
            "ntk.widths.task",
            "ntk.widths.alphas",
            "ntk.widths.descent",
            "ntk.widths.weights",
            "ntk.widths.depths.{layers}",
            "device",
        ),
    message:
        "{wildcards.layers} layers, seeds {wildcards.seeds}: kernels by width"
    script:
        "../workflow_scripts/studies/ntk/widths.py"


rule ntk_parity:
    output:
        parity="<ntk>/checkpoints/<batch>/parity.csv",
        features="<ntk>/checkpoints/<batch>/features.csv",
        trained="<ntk>/checkpoints/<batch>/parity.safetensors",
    log:
        "<ntk>/logs/parity/seeds-{seeds}.log",
    params:
        **step("studies/ntk/parity.py", "ntk.parity", "device"),
    message:
        "Seeds {wildcards.seeds}: sparse parity by output scale"
    script:
        "../workflow_scripts/studies/ntk/parity.py"


rule ntk_images:
    input:
        NTK.data,
    output:
        table="<ntk>/checkpoints/<batch>/images.csv",
        trained="<ntk>/checkpoints/<batch>/images.safetensors",
    log:
        "<ntk>/logs/images/seeds-{seeds}.log",
    priority: 1  # the longest jobs of the study go first
    params:
        **step("studies/ntk/images.py", "ntk.images", "device", data=DATA),
    message:
        "Seeds {wildcards.seeds}: networks and their kernels on images"
    script:
        "../workflow_scripts/studies/ntk/images.py"


rule ntk_identities:
    output:
        table="<ntk>/checkpoints/<batch>/identities.csv",
    log:
        "<ntk>/logs/identities/seeds-{seeds}.log",
    resources:
        gpu=0,
    params:
        **step(
            "studies/ntk/identities.py",
            "ntk.widths.task",
            "ntk.widths.descent.optimiser",
            "ntk.identities",
        ),
    message:
        "Seeds {wildcards.seeds}: identities"
    script:
        "../workflow_scripts/studies/ntk/identities.py"
