# Distillation: teachers and their soft targets once per batch → students of each lesson → tables.
DISTILLATION = FILES["distillation"]


pathvars:
    distillation_batch="<distillation>/checkpoints/<batch>",


rule distillation_teach:
    input:
        DISTILLATION.data,
    output:
        teachers="<distillation_batch>/teachers.safetensors",
        targets="<distillation_batch>/targets.safetensors",
    log:
        "<distillation>/logs/teach/seeds-{seeds}.log",
    priority: 1  # all students wait for them
    params:
        **step(
            "studies/distillation/teach.py",
            "distillation.teachers",
            "distillation.sample",
            "device",
            data=DATA,
        ),
    message:
        "Seeds {wildcards.seeds}: training teachers"
    script:
        "../workflow_scripts/studies/distillation/teach.py"


rule distillation_learn:
    input:
        DISTILLATION.data,
        targets="<distillation_batch>/targets.safetensors",
    output:
        students=f"<distillation_batch>/{{lesson,{one_of(DISTILLATION.settings.lessons)}}}.safetensors",
    log:
        "<distillation>/logs/learn/{lesson}.seeds-{seeds}.log",
    params:
        **step(
            "studies/distillation/learn.py",
            "distillation.lessons.{lesson}",
            "distillation.sample",
            "device",
            data=DATA,
        ),
    message:
        "{wildcards.lesson}, seeds {wildcards.seeds}: training students"
    script:
        "../workflow_scripts/studies/distillation/learn.py"


rule distillation_measure:
    input:
        DISTILLATION.data,
        teachers="<distillation_batch>/teachers.safetensors",
        targets="<distillation_batch>/targets.safetensors",
        students=DISTILLATION.students,
    output:
        students="<distillation_batch>/students.csv",
        omitted="<distillation_batch>/omitted.csv",
        agreements="<distillation_batch>/agreements.csv",
        identities="<distillation_batch>/identities.csv",
        pictures="<distillation_batch>/pictures.csv",
        speech="<distillation_batch>/speech.csv",
    log:
        "<distillation>/logs/measure/seeds-{seeds}.log",
    params:
        **step(
            "studies/distillation/measure.py",
            "distillation.teachers",
            "distillation.lessons",
            "distillation.sample",
            "device",
            data=DATA,
        ),
    message:
        "Seeds {wildcards.seeds}: accuracy, agreement and recall"
    script:
        "../workflow_scripts/studies/distillation/measure.py"
