# The ledger: all claims of all studies, and the rule that prints it.


rule ledger:
    input:
        expand(f"{RESULTS}/{{study}}/claims.json", study=STUDIES),
    output:
        csv=report(
            f"{RESULTS}/claims.csv",
            caption="../workflow_scripts/evidence/report/captions/claims.rst",
            category="Claims",
        ),
        json=f"{RESULTS}/claims.json",
        metrics=f"{RESULTS}/metrics.json",
    log:
        f"{RESULTS}/logs/ledger.log",
    localrule: True
    params:
        **step("evidence/claims/collect.py"),
    message:
        "Collecting the claims"
    script:
        "../workflow_scripts/evidence/claims/collect.py"


rule claims:
    input:
        csv=f"{RESULTS}/claims.csv",
    log:
        f"{RESULTS}/logs/claims.log",
    localrule: True
    params:
        **step("evidence/claims/show.py", recorded=f"{RESULTS}/recorded-verdicts.csv"),
    message:
        "The claims, as decided by the data"
    script:
        "../workflow_scripts/evidence/claims/show.py"
