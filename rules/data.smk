# Data sets: fetched and checked, or generated. Every file is memory-mapped as it is.
#
# Only the manifest is an output, and one that is updated: Snakemake deletes other outputs before a
# job and after one that failed, although the files may be the right ones, put there by hand or by
# another clone with the same data folder.


rule data_fashion_mnist:
    output:
        update(data_manifest("fashion-mnist")),
    log:
        "results/data/logs/fashion-mnist.log",
    priority: 3  # what waits for it may be the longest
    localrule: True
    params:
        **untracked(step("learning/data/fetch.py", "data.fashion-mnist")),
    message:
        "Fetching Fashion-MNIST"
    script:
        "../workflow_scripts/learning/data/fetch.py"


rule data_cifar_10:
    output:
        update(data_manifest("cifar-10")),
    log:
        "results/data/logs/cifar-10.log",
    priority: 3
    localrule: True
    params:
        **untracked(step("learning/data/fetch.py", "data.cifar-10")),
    message:
        "Fetching CIFAR-10"
    script:
        "../workflow_scripts/learning/data/fetch.py"


rule data_mnist_1d:
    output:
        update(data_manifest("mnist-1d")),
    log:
        "results/data/logs/mnist-1d.log",
    priority: 3
    localrule: True
    params:
        **step("learning/data/generate.py", "data.mnist-1d"),
    message:
        "Generating MNIST-1D"
    script:
        "../workflow_scripts/learning/data/generate.py"


# Data of one's own: what they contain counts, and not where they are or when they were written.
if SETTINGS.data.own:

    rule data_arrays:
        output:
            update(f"{DATA}/arrays/{{own,{one_of(SETTINGS.data.own)}}}/SHA256SUMS"),
        log:
            "results/data/logs/arrays-{own}.log",
        localrule: True
        params:
            **untracked_settings(step("learning/data/prepare.py", "data.{own}")),
            content=content_of,
        message:
            "Preparing data of your own: {wildcards.own}"
        script:
            "../workflow_scripts/learning/data/prepare.py"


rule data_digits:
    output:
        update(data_manifest("digits")),
    log:
        "results/data/logs/digits.log",
    localrule: True
    params:
        **step("learning/data/generate.py", "data.digits"),
    message:
        "Writing scikit-learn's digits"
    script:
        "../workflow_scripts/learning/data/generate.py"
