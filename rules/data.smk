# Data sets: fetched and checked, or generated. Every file is memory-mapped as it lies.


rule data_fashion_mnist:
    output:
        data_files("fashion-mnist"),
    log:
        "results/data/logs/fashion-mnist.log",
    localrule: True
    params:
        cfg=cfg("data.fashion-mnist"),
        code=code("learning/data/fetch.py"),
    message:
        "Fetching Fashion-MNIST"
    script:
        "../workflow_scripts/learning/data/fetch.py"


rule data_cifar_10:
    output:
        data_files("cifar-10"),
    log:
        "results/data/logs/cifar-10.log",
    localrule: True
    params:
        cfg=cfg("data.cifar-10"),
        code=code("learning/data/fetch.py"),
    message:
        "Fetching CIFAR-10"
    script:
        "../workflow_scripts/learning/data/fetch.py"


rule data_mnist_1d:
    output:
        data_files("mnist-1d"),
    log:
        "results/data/logs/mnist-1d.log",
    localrule: True
    params:
        cfg=cfg("data.mnist-1d"),
        code=code("learning/data/generate.py"),
    message:
        "Generating MNIST-1D"
    script:
        "../workflow_scripts/learning/data/generate.py"


rule data_digits:
    output:
        data_files("digits"),
    log:
        "results/data/logs/digits.log",
    localrule: True
    params:
        cfg=cfg("data.digits"),
        code=code("learning/data/generate.py"),
    message:
        "Writing scikit-learn's digits"
    script:
        "../workflow_scripts/learning/data/generate.py"
