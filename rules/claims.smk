# The ledger: all claims of all studies, and the rule that prints it.


rule ledger:
    """Collect the claims of all studies."""
    input:
        expand(f"{RESULTS}/{{study}}/claims.json", study=STUDIES),
    output:
        csv=report(
            f"{SUMMARY}/claims.csv",
            caption="../workflow_scripts/evidence/report/captions/claims.rst",
            category="Claims",
        ),
        json=f"{SUMMARY}/claims.json",
        # One file per claim, because DVC prints one line per file.
        metrics=[
            f"{SUMMARY}/metrics/{study}/{claim}.json"
            for study in STUDIES
            for claim in REGISTERED[study].decided
        ],
    log:
        f"{SUMMARY}/logs/ledger.log",
    localrule: True
    params:
        **step("evidence/claims/collect.py"),
    message:
        "Collecting the claims"
    script:
        "../workflow_scripts/evidence/claims/collect.py"


rule claims:
    """Decide the claims and print the ledger; fail if a recorded verdict is lost."""
    input:
        csv=f"{SUMMARY}/claims.csv",
    log:
        f"{SUMMARY}/logs/claims.log",
    localrule: True
    params:
        **step(
            "evidence/claims/show.py",
            recorded=f"{RESULTS}/recorded-verdicts.csv",
            alone=STUDIES if SUMMARY != RESULTS else [],
        ),
    message:
        "The claims, as decided by the data"
    script:
        "../workflow_scripts/evidence/claims/show.py"
