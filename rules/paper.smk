# The paper: the same results as on the page, as a PDF.


rule paper:
    input:
        **{name: REPORTED[name] for name in ("claims", "provenance", "citation", "figures")},
    output:
        f"{SUMMARY}/paper.pdf",
    log:
        f"{SUMMARY}/logs/paper.log",
    localrule: True
    params:
        **step(
            "evidence/paper/build.py",
            texts=[
                "evidence/paper/prose.yaml",
                *[
                    f"evidence/paper/{part}.typ"
                    for part in ("paper", "style", "forest", "studies", "appendix")
                ],
                *[REGISTERED[study].page for study in STUDIES],
            ],
            pages=PAGES,
        ),
    message:
        f"Typesetting the paper, {SUMMARY}/paper.pdf"
    script:
        "../workflow_scripts/evidence/paper/build.py"
