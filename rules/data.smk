# Data sets: fetched and checked, or generated. Every file is memory-mapped as it is.


rule data_fashion_mnist:
    output:
        data_files("fashion-mnist"),
    log:
        "results/data/logs/fashion-mnist.log",
    localrule: True
    params:
        **step("learning/data/fetch.py", "data.fashion-mnist"),
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
        **step("learning/data/fetch.py", "data.cifar-10"),
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
        **step("learning/data/generate.py", "data.mnist-1d"),
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
        **step("learning/data/generate.py", "data.digits"),
    message:
        "Writing scikit-learn's digits"
    script:
        "../workflow_scripts/learning/data/generate.py"
