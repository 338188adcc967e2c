# The rules that every study has: gather its tables, decide its claims, draw its figures.
# All three only read tables, in less time than a job takes to start. So they run locally.

# Defined in a function, because Snakemake evaluates a rule's script again when its job runs: in a
# plain loop every study would then get the scripts of the last one.


def common_rules(name, study):
    """Define the target of a study and its three rules."""

    rule:
        name:
            name
        input:
            f"{RESULTS}/{name}/claims.json",
            collect_figures(name),
            collect_pixels(name),
            FILES[name].checkpoints(),

    rule:
        name:
            f"{name}_tables"
        input:
            **FILES[name].gathered(),
        output:
            **collect_tables(name, study.tables),
        log:
            f"{RESULTS}/{name}/logs/tables/all.log",
        localrule: True
        params:
            **step(f"studies/{name}/tables.py", *study.tables.cfg),
        message:
            f"{TITLES[name]}: gathering tables"
        script:
            f"../workflow_scripts/studies/{name}/tables.py"

    rule:
        name:
            f"{name}_claims"
        input:
            **collect_tables(name, study.claims),
        output:
            claims=f"{RESULTS}/{name}/claims.json",
        log:
            f"{RESULTS}/{name}/logs/claims/all.log",
        localrule: True
        params:
            # The sentences of claims are docstrings.
            **step(f"studies/{name}/claims.py", "scale", *study.claims.cfg, documented=True),
        message:
            f"{TITLES[name]}: deciding the claims"
        script:
            f"../workflow_scripts/studies/{name}/claims.py"

    rule:
        name:
            f"{name}_figures"
        input:
            **collect_tables(name, study.figures),
        output:
            report(
                collect_figures(name),
                caption="../workflow_scripts/evidence/report/captions/figure.rst",
                category=TITLES[name],
            ),
            collect_pixels(name),
        log:
            f"{RESULTS}/{name}/logs/figures/all.log",
        localrule: True
        params:
            **step(f"studies/{name}/figures.py", *study.figures.cfg, published=study.published),
        message:
            f"{TITLES[name]}: drawing"
        script:
            f"../workflow_scripts/studies/{name}/figures.py"


for study in REGISTERED.values():
    common_rules(study.name, study)
