"""A job writes down which functions of the package it calls.

Python runs this file first in each process whose PYTHONPATH names this folder. In that of a job of
Snakemake each function that is called for the first time is a line in a file of the process in the
folder NICE_TO_KNOW_TRACE; the first line says which code key the job has, and which settings.
"""

import inspect
import json
import os
import re
import sys
import threading
import time
from pathlib import Path

JOB = re.compile(r"\.snakemake/scripts/[^/]+\.py$")


class Trace:
    """The trace function of all threads, called at calls alone: it asks for no lines of them.

    Each line is written at once: a job ends abruptly.
    """

    def __init__(self, script, folder):
        self.script = script
        # Numbers of processes come again in a long run.
        self.file = Path(folder, f"{os.getpid()}-{time.time_ns()}.txt")
        self.seen = set()

    def __call__(self, frame, event, argument):
        code = frame.f_code
        if event != "call" or code in self.seen:
            return
        self.seen.add(code)
        if not code.co_flags & inspect.CO_OPTIMIZED:
            return  # the body of a module or class, which runs when it is imported
        file = code.co_filename
        if file == self.script:
            file = ""
        elif "/workflow_scripts/" in file:
            file = file.rpartition("/workflow_scripts/")[2]
        else:
            return
        self.write(f"{file}:{code.co_qualname}")

    def write(self, line):
        if not self.file.exists():
            snakemake = sys.modules["__main__"].snakemake
            job = {"code": snakemake.params.code, "cfg": snakemake.params.get("cfg", {})}
            self.file.write_text(json.dumps(job) + "\n")
        with open(self.file, "a") as written:
            written.write(line + "\n")


if JOB.search(sys.orig_argv[-1]):
    trace = Trace(sys.orig_argv[-1], os.environ["NICE_TO_KNOW_TRACE"])
    threading.settrace(trace)
    sys.settrace(trace)
