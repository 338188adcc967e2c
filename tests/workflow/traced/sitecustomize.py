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


def trace_of(script, folder):
    """The trace function of all threads, called at calls alone: it asks for no lines of them.

    Each line is written at once: a job ends abruptly.
    """
    # Numbers of processes come again in a long run.
    file = Path(folder, f"{os.getpid()}-{time.time_ns()}.txt")
    seen = {}  # by number, as code is hashed by all that is in it

    def trace(frame, event, argument):
        code = frame.f_code
        if id(code) in seen:
            return
        seen[id(code)] = code  # kept, so that no other code has its number
        if not code.co_flags & inspect.CO_OPTIMIZED:
            return  # the body of a module or class, which runs when it is imported
        place = code.co_filename
        if place == script:
            place = ""
        elif "/workflow_scripts/" in place:
            place = place.rpartition("/workflow_scripts/")[2]
        else:
            return
        write(f"{place}:{code.co_qualname}")

    def write(line):
        if not file.exists():
            snakemake = sys.modules["__main__"].snakemake
            job = {"code": snakemake.params.code, "cfg": snakemake.params.get("cfg", {})}
            file.write_text(json.dumps(job) + "\n")
        with open(file, "a") as written:
            written.write(line + "\n")

    return trace


if JOB.search(sys.orig_argv[-1]):
    trace = trace_of(sys.orig_argv[-1], os.environ["NICE_TO_KNOW_TRACE"])
    threading.settrace(trace)
    sys.settrace(trace)
