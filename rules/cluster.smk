# Runs through SLURM (profiles/slurm): what is sent there, and what comes before the first job.

# What only reads tables takes seconds, less than a job's start-up: it runs beside Snakemake.
SHORT = ("_tables", "_claims", "_figures")
workflow.localrules(*(rule.name for rule in workflow.rules if rule.name.endswith(SHORT)))


onstart:
    keep_code(workflow.dag.needrun_jobs())
    if workflow.executor_plugin.name == "slurm":
        from workflow_scripts.operation.cluster.start import start

        start(workflow)
