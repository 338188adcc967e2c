# The provenance of every result, and the page of the report.


rule provenance:
    input:
        f"{RESULTS}/claims.json",
        [collect_figures(study) for study in STUDIES],
    output:
        f"{RESULTS}/provenance.json",
    log:
        f"{RESULTS}/logs/provenance.log",
    localrule: True
    params:
        **step("operation/verification/gather.py", *STUDIES, logs=[RESULTS, "results/data"]),
    message:
        "Gathering where each result comes from"
    script:
        "../workflow_scripts/operation/verification/gather.py"


rule page:
    input:
        claims=f"{RESULTS}/claims.json",
        provenance=f"{RESULTS}/provenance.json",
        figures=[collect_figures(study) for study in STUDIES],
    output:
        f"{RESULTS}/report.html",
    log:
        f"{RESULTS}/logs/page.log",
    localrule: True
    params:
        **step(
            "evidence/report/build.py",
            texts=[
                "evidence/report/template.html.j2",
                "evidence/report/style.css",
                *[REGISTERED[study].page for study in STUDIES],
            ],
            pages={study: f"workflow_scripts/{REGISTERED[study].page}" for study in STUDIES},
        ),
    message:
        "Writing the report"
    script:
        "../workflow_scripts/evidence/report/build.py"


# With the checkpoints, as in `all`: a clone contains the page, but not what it was made from.
rule report:
    input:
        f"{RESULTS}/report.html",
        collect_checkpoints(),
