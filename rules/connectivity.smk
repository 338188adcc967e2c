# Mode connectivity: paths between pairs of networks, copies that part, averages of weights.
from workflow_scripts.studies.connectivity.files import minimum_keys

CONNECTIVITY = FILES["connectivity"]
CONNECTIVITY_MAIN = minimum_keys(SETTINGS.connectivity.main)


pathvars:
    connectivity_batch="<connectivity>/checkpoints/<batch>",
    connectivity_minimum=f"{{minimum,{one_of(CONNECTIVITY.settings.minima)}}}",


rule connectivity_ends:
    input:
        CONNECTIVITY.data_of_minimum,
    output:
        ends="<connectivity_batch>/ends/<connectivity_minimum>.safetensors",
    log:
        "<connectivity>/logs/ends/{minimum}.seeds-{seeds}.log",
    priority: 2  # all else begins there
    params:
        **step("studies/connectivity/ends.py", *minimum_keys("{minimum}", "training"), data=DATA),
    message:
        "{wildcards.minimum}, pairs {wildcards.seeds}: training both networks"
    script:
        "../workflow_scripts/studies/connectivity/ends.py"


rule connectivity_parted:
    input:
        CONNECTIVITY.data_of_minimum,
    output:
        copies="<connectivity_batch>/parted/<connectivity_minimum>.safetensors",
    log:
        "<connectivity>/logs/parted/{minimum}.seeds-{seeds}.log",
    priority: 1
    params:
        **step(
            "studies/connectivity/parted.py",
            *minimum_keys("{minimum}", "training", "part"),
            data=DATA,
        ),
    message:
        "{wildcards.minimum}, seeds {wildcards.seeds}: training copies that part"
    script:
        "../workflow_scripts/studies/connectivity/parted.py"


rule connectivity_curve:
    input:
        CONNECTIVITY.data,
        ends=CONNECTIVITY.ends,
    output:
        bends="<connectivity_batch>/{kind,bezier|chain}.safetensors",
    log:
        "<connectivity>/logs/curve/{kind}.seeds-{seeds}.log",
    params:
        **step(
            "studies/connectivity/curve.py",
            *CONNECTIVITY_MAIN,
            "connectivity.curves.{kind}.bends",
            "connectivity.curves.{kind}.training",
            data=DATA,
        ),
    message:
        "Pairs {wildcards.seeds}: training a curve between them ({wildcards.kind})"
    script:
        "../workflow_scripts/studies/connectivity/curve.py"


rule connectivity_band:
    input:
        CONNECTIVITY.data,
        ends=CONNECTIVITY.ends,
    output:
        bends="<connectivity_batch>/band.safetensors",
    log:
        "<connectivity>/logs/band/seeds-{seeds}.log",
    priority: 1  # the longest path
    params:
        **step(
            "studies/connectivity/band.py",
            *CONNECTIVITY_MAIN,
            "connectivity.band",
            "connectivity.measurement.train",
            data=DATA,
        ),
    message:
        "Pairs {wildcards.seeds}: relaxing an elastic band between them"
    script:
        "../workflow_scripts/studies/connectivity/band.py"


rule connectivity_paths:
    input:
        CONNECTIVITY.data,
        ends=CONNECTIVITY.ends,
        bezier="<connectivity_batch>/bezier.safetensors",
        chain="<connectivity_batch>/chain.safetensors",
        band="<connectivity_batch>/band.safetensors",
    output:
        table="<connectivity_batch>/paths.csv",
    log:
        "<connectivity>/logs/paths/seeds-{seeds}.log",
    params:
        **step(
            "studies/connectivity/paths.py",
            *CONNECTIVITY_MAIN,
            "connectivity.measurement.positions",
            "connectivity.measurement.train",
            data=DATA,
        ),
    message:
        "Pairs {wildcards.seeds}: loss along the line and the trained paths"
    script:
        "../workflow_scripts/studies/connectivity/paths.py"


rule connectivity_plane:
    input:
        CONNECTIVITY.data,
        ends=CONNECTIVITY.ends,
        bezier="<connectivity_batch>/bezier.safetensors",
    output:
        table="<connectivity_batch>/plane.csv",
    log:
        "<connectivity>/logs/plane/seeds-{seeds}.log",
    params:
        **step(
            "studies/connectivity/plane.py",
            *CONNECTIVITY_MAIN,
            "connectivity.measurement.plane_positions",
            "connectivity.measurement.train",
            data=DATA,
        ),
    message:
        "Pairs {wildcards.seeds}: the plane through the first pair and its curve"
    script:
        "../workflow_scripts/studies/connectivity/plane.py"


rule connectivity_matching:
    input:
        CONNECTIVITY.data_of_minimum,
        ends="<connectivity_batch>/ends/{minimum}.safetensors",
    output:
        table="<connectivity_batch>/matching/<connectivity_minimum>.csv",
    log:
        "<connectivity>/logs/matching/{minimum}.seeds-{seeds}.log",
    params:
        **step(
            "studies/connectivity/matching.py",
            *minimum_keys("{minimum}"),
            "connectivity.measurement.line_positions",
            "connectivity.measurement.random_orders",
            "connectivity.measurement.matching",
            data=DATA,
        ),
    message:
        "{wildcards.minimum}, pairs {wildcards.seeds}: matching hidden units"
    script:
        "../workflow_scripts/studies/connectivity/matching.py"


rule connectivity_branches:
    input:
        CONNECTIVITY.data_of_minimum,
        copies="<connectivity_batch>/parted/{minimum}.safetensors",
    output:
        table="<connectivity_batch>/branches/<connectivity_minimum>.csv",
    log:
        "<connectivity>/logs/branches/{minimum}.seeds-{seeds}.log",
    params:
        **step(
            "studies/connectivity/branches.py",
            *minimum_keys("{minimum}"),
            "connectivity.measurement.line_positions",
            "connectivity.measurement.train",
            data=DATA,
        ),
    message:
        "{wildcards.minimum}, seeds {wildcards.seeds}: lines between copies that parted"
    script:
        "../workflow_scripts/studies/connectivity/branches.py"


rule connectivity_averages:
    input:
        CONNECTIVITY.data,
    output:
        points="<connectivity_batch>/averages.safetensors",
    log:
        "<connectivity>/logs/averages/seeds-{seeds}.log",
    params:
        **step(
            "studies/connectivity/averages.py",
            *CONNECTIVITY_MAIN,
            "connectivity.averaging",
            data=DATA,
        ),
    message:
        "Seeds {wildcards.seeds}: training, and averaging the iterates"
    script:
        "../workflow_scripts/studies/connectivity/averages.py"


rule connectivity_flatness:
    input:
        CONNECTIVITY.data,
        points="<connectivity_batch>/averages.safetensors",
    output:
        table="<connectivity_batch>/averages.csv",
    log:
        "<connectivity>/logs/flatness/seeds-{seeds}.log",
    params:
        **step(
            "studies/connectivity/flatness.py",
            *CONNECTIVITY_MAIN,
            "connectivity.measurement.curvature",
            data=DATA,
        ),
    message:
        "Seeds {wildcards.seeds}: accuracy and flatness of averaged weights"
    script:
        "../workflow_scripts/studies/connectivity/flatness.py"


rule connectivity_copies:
    input:
        CONNECTIVITY.data,
        ends=CONNECTIVITY.ends,
    output:
        copies="<connectivity_batch>/copies.safetensors",
    log:
        "<connectivity>/logs/copies/seeds-{seeds}.log",
    params:
        **step(
            "studies/connectivity/copies.py", *CONNECTIVITY_MAIN, "connectivity.soups", data=DATA
        ),
    message:
        "Seeds {wildcards.seeds}: fine-tuning copies to a new task"
    script:
        "../workflow_scripts/studies/connectivity/copies.py"


rule connectivity_soups:
    input:
        CONNECTIVITY.data,
        ends=CONNECTIVITY.ends,
        copies="<connectivity_batch>/copies.safetensors",
    output:
        table="<connectivity_batch>/soups.csv",
    log:
        "<connectivity>/logs/soups/seeds-{seeds}.log",
    params:
        **step(
            "studies/connectivity/soups.py",
            *CONNECTIVITY_MAIN,
            "connectivity.soups.noise",
            "connectivity.soups.examples",
            data=DATA,
        ),
    message:
        "Seeds {wildcards.seeds}: soups of fine-tuned copies"
    script:
        "../workflow_scripts/studies/connectivity/soups.py"
