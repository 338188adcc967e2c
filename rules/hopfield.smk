# Associative memory: dynamics of classical and modern networks, and identities. Nothing is trained.
HOPFIELD = FILES["hopfield"]


rule hopfield_capacity:
    output:
        table="<hopfield>/checkpoints/<batch>/capacity-{size,%s}.csv"
        % one_of(each.size for each in HOPFIELD.settings.capacity.networks),
    log:
        "<hopfield>/logs/capacity/size-{size}.seeds-{seeds}.log",
    priority: 1  # the largest size is the longest job
    params:
        **step(
            "studies/hopfield/capacity.py",
            "hopfield.capacity.trials",
            "hopfield.capacity.sweeps",
            "device",
            loads=HOPFIELD.loads,
            networks=HOPFIELD.networks,
        ),
    message:
        "{wildcards.size} neurons, seeds {wildcards.seeds}: memory by load"
    script:
        "../workflow_scripts/studies/hopfield/capacity.py"


rule hopfield_recall:
    output:
        **HOPFIELD.written("recall"),
    log:
        "<hopfield>/logs/recall/seeds-{seeds}.log",
    resources:
        gpu=0,
    params:
        **step("studies/hopfield/recall.py", "hopfield.recall"),
    message:
        "Seeds {wildcards.seeds}: recall and energy"
    script:
        "../workflow_scripts/studies/hopfield/recall.py"


rule hopfield_images:
    input:
        HOPFIELD.data,
    output:
        **HOPFIELD.written("images"),
    log:
        "<hopfield>/logs/images/seeds-{seeds}.log",
    resources:
        gpu=0,
    params:
        **step(
            "studies/hopfield/images.py",
            "hopfield.images",
            "hopfield.correlated",
            "hopfield.regimes",
            "hopfield.completion",
            data=DATA,
        ),
    message:
        "Seeds {wildcards.seeds}: images as memories"
    script:
        "../workflow_scripts/studies/hopfield/images.py"


rule hopfield_spheres:
    output:
        **HOPFIELD.written("spheres"),
    log:
        "<hopfield>/logs/spheres/seeds-{seeds}.log",
    params:
        **step("studies/hopfield/spheres.py", "hopfield.spheres", "hopfield.separation", "device"),
    message:
        "Seeds {wildcards.seeds}: the modern network on the sphere"
    script:
        "../workflow_scripts/studies/hopfield/spheres.py"


rule hopfield_dense:
    output:
        **HOPFIELD.written("dense"),
    log:
        "<hopfield>/logs/dense/seeds-{seeds}.log",
    resources:
        gpu=0,
    params:
        **step("studies/hopfield/dense.py", "hopfield.dense"),
    message:
        "Seeds {wildcards.seeds}: dense associative memories"
    script:
        "../workflow_scripts/studies/hopfield/dense.py"


rule hopfield_identities:
    output:
        **HOPFIELD.written("identities"),
    log:
        "<hopfield>/logs/identities/seeds-{seeds}.log",
    resources:
        gpu=0,
    params:
        **step("studies/hopfield/identities.py", "hopfield.identities"),
    message:
        "Seeds {wildcards.seeds}: identities"
    script:
        "../workflow_scripts/studies/hopfield/identities.py"
