# Runs through SLURM (profiles/slurm): what happens before the first job.


onstart:
    keep_code(workflow.dag.needrun_jobs())
    if workflow.executor_plugin.name == "slurm":
        from workflow_scripts.operation.cluster.start import start

        start(workflow)
