# What happens before the first job; with profiles/slurm, before the first one is submitted.


onstart:
    keep_code(workflow.dag.needrun_jobs())
    from workflow_scripts.operation.progress.begin import expect_times

    expect_times(workflow)
    if workflow.executor_plugin.name == "slurm":
        from workflow_scripts.operation.cluster.start import start

        start(workflow)
    elif workflow.executor_plugin.name == "local":
        from workflow_scripts.operation.snakemake_api import start_at_any_rate

        start_at_any_rate(workflow)
