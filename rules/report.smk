# The provenance of every result, and the page of the report.


rule provenance:
    input:
        f"{SUMMARY}/claims.json",
        [collect_figures(study) for study in STUDIES],
    output:
        f"{SUMMARY}/provenance.json",
    log:
        f"{SUMMARY}/logs/provenance.log",
    localrule: True
    params:
        **step(
            "operation/verification/gather.py",
            *STUDIES,
            logs=[*dict.fromkeys([RESULTS, SUMMARY]), "results/data"],
        ),
    message:
        "Gathering where each result comes from"
    script:
        "../workflow_scripts/operation/verification/gather.py"


rule page:
    input:
        claims=f"{SUMMARY}/claims.json",
        provenance=f"{SUMMARY}/provenance.json",
        figures=[collect_figures(study) for study in STUDIES],
    output:
        f"{SUMMARY}/report.html",
    log:
        f"{SUMMARY}/logs/page.log",
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
        f"Writing the report, {SUMMARY}/report.html"
    script:
        "../workflow_scripts/evidence/report/build.py"


# With the checkpoints, as in `all`: a clone contains the page, but not what it was made from.
rule report:
    """Everything that the report is made from, and the report."""
    input:
        f"{SUMMARY}/report.html",
        collect_checkpoints(),
