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


# What the page is made from, in each of its forms.
REPORTED = dict(
    claims=f"{SUMMARY}/claims.json",
    provenance=f"{SUMMARY}/provenance.json",
    citation="CITATION.cff",
    figures=[collect_figures(study) for study in STUDIES],
    pixels=[collect_pixels(study) for study in STUDIES],
)
PAGES = {study: f"workflow_scripts/{REGISTERED[study].page}" for study in STUDIES}
PAGE_TEXTS = [
    *[f"evidence/report/{name}" for name in ("template.html.j2", "style.css", "script.js")],
    *[REGISTERED[study].page for study in STUDIES],
]


rule page:
    input:
        **REPORTED,
    output:
        f"{SUMMARY}/report.html",
    log:
        f"{SUMMARY}/logs/page.log",
    localrule: True
    params:
        **step(
            "evidence/report/build.py",
            texts=PAGE_TEXTS,
            pages=PAGES,
            embed=False,
            paper=f"{SUMMARY}/paper.pdf",
        ),
    message:
        f"Writing the report, {SUMMARY}/report.html"
    script:
        "../workflow_scripts/evidence/report/build.py"


# The page as one file that can be sent, with its figures in it: snakemake report_in_one_file
rule report_in_one_file:
    input:
        **REPORTED,
    output:
        f"{SUMMARY}/report-in-one-file.html",
    log:
        f"{SUMMARY}/logs/report_in_one_file.log",
    localrule: True
    params:
        **step("evidence/report/build.py", texts=PAGE_TEXTS, pages=PAGES, embed=True, paper=""),
    message:
        f"Writing the report with its figures in it, {SUMMARY}/report-in-one-file.html"
    script:
        "../workflow_scripts/evidence/report/build.py"


# With the checkpoints, as in `all`: a clone contains the page, but not what it was made from.
rule report:
    input:
        f"{SUMMARY}/report.html",
        f"{SUMMARY}/paper.pdf",
        collect_checkpoints(),
