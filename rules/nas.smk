# Architecture search: train the table of all cells; search it; train supernets and scaled networks.
NAS = FILES["nas"]


pathvars:
    nas_batch="<nas>/checkpoints/{supernet,[^/]+}/<batch>",
    nas_searched="<nas>/checkpoints/searches/<batch>",


# Nothing that `nas` needs depends on it where the settings name a committed table.
rule nas_table:
    input:
        NAS.parts(),
    output:
        table="<nas>/checkpoints/table/cells.csv",
    log:
        "<nas>/logs/table/cells.log",
    localrule: True
    params:
        **step("studies/nas/whole.py"),
    message:
        "The table of all cells: putting its parts together"
    script:
        "../workflow_scripts/studies/nas/whole.py"


rule nas_part:
    output:
        part=r"<nas>/checkpoints/table/parts/{part,\d+}.csv",
    log:
        "<nas>/logs/table/parts/{part}.log",
    params:
        **step(
            "studies/nas/part.py",
            "nas.cells",
            "nas.spaces",
            "nas.body",
            "nas.signals",
            "nas.sample",
            "device",
        ),
    message:
        "The table of all cells, part {wildcards.part}: training"
    script:
        "../workflow_scripts/studies/nas/part.py"


rule nas_retrained:
    input:
        table=NAS.table(),
    output:
        retrained="<nas>/checkpoints/table/retrained.csv",
    log:
        "<nas>/logs/table/retrained.log",
    params:
        **step(
            "studies/nas/retrain.py",
            "nas.table",
            "nas.cells",
            "nas.spaces",
            "nas.body",
            "nas.signals",
            "nas.sample",
            "device",
        ),
    message:
        "The table of all cells: training some rows again"
    script:
        "../workflow_scripts/studies/nas/retrain.py"


rule nas_search:
    input:
        table=NAS.table(),
    output:
        searches="<nas_searched>/searches.csv",
        reached="<nas_searched>/reached.csv",
        variances="<nas_searched>/variances.csv",
    log:
        "<nas>/logs/search/seeds-{seeds}.log",
    resources:
        gpu=0,
    params:
        **step(
            "studies/nas/search.py",
            "nas.table.sha256",
            "nas.cells.hand",
            "nas.spaces",
            "nas.search",
            "nas.good",
            "nas.middle",
            "nas.bad",
        ),
    message:
        "Seeds {wildcards.seeds}: searching the table"
    script:
        "../workflow_scripts/studies/nas/search.py"


rule nas_darts:
    output:
        trained="<nas_batch>/trained.safetensors",
        readings="<nas_batch>/readings.csv",
        untrained="<nas_batch>/untrained.csv",
    log:
        "<nas>/logs/darts/{supernet}.seeds-{seeds}.log",
    params:
        **step(
            "studies/nas/darts.py",
            "nas.supernets.{supernet}",
            "nas.spaces",
            "nas.body",
            "nas.signals",
            "nas.sample",
            "device",
        ),
    message:
        "Supernet {wildcards.supernet}, seeds {wildcards.seeds}: training"
    script:
        "../workflow_scripts/studies/nas/darts.py"


rule nas_scaled:
    output:
        scaled="<nas>/checkpoints/scaled/{network,[^/]+}/<batch>.csv",
    log:
        "<nas>/logs/scaled/{network}.seeds-{seeds}.log",
    params:
        **step(
            "studies/nas/scaled.py",
            "nas.compound.networks.{network}",
            "nas.compound.kind",
            "nas.compound.training",
            "nas.body.classes",
            "nas.signals",
            "nas.sample",
            "device",
        ),
    message:
        "Scaling {wildcards.network}, seeds {wildcards.seeds}: training"
    script:
        "../workflow_scripts/studies/nas/scaled.py"
