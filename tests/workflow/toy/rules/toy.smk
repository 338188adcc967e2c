# Dice: thrown, and counted.


rule toy_throw:
    output:
        means="<toy>/checkpoints/<batch>/means.csv",
    log:
        "<toy>/logs/throw/seeds-{seeds}.log",
    resources:
        gpu=0,
    params:
        **step("studies/toy/throw.py", "toy.throws"),
    message:
        "Seeds {wildcards.seeds}: throwing dice"
    script:
        "../workflow_scripts/studies/toy/throw.py"
