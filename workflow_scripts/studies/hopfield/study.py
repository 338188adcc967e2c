"""The study, as registered for the rest of the workflow."""

from workflow_scripts.studies.hopfield.files import STEPS, HopfieldFiles
from workflow_scripts.studies.hopfield.fits import demands, faults
from workflow_scripts.studies.hopfield.footprint import FOOTPRINT
from workflow_scripts.studies.hopfield.settings import Hopfield
from workflow_scripts.studies.hopfield.work import WORK
from workflow_scripts.studies.study import Study, Tables

DERIVED = ("critical_loads", "half_recalled", "bits", "dense_capacity", "blending")
REGIMES = tuple(f"hopfield.regimes.{name}" for name in ("stored", "average", "blur", "retrieval"))

STUDY = Study(
    name="hopfield",
    settings=Hopfield,
    files=HopfieldFiles,
    tables=Tables(("capacity", *(table for made in STEPS.values() for table in made), *DERIVED)),
    claims=Tables(
        (
            "recall",
            "energy",
            "critical_loads",
            "half_recalled",
            "bits",
            "dense_capacity",
            "separation",
            "regimes",
            "blending",
            "identities",
        ),
        cfg=("hopfield.seeds", "hopfield.separation.separated", *REGIMES),
    ),
    figures=Tables(
        (
            "capacity",
            "critical_loads",
            "recall",
            "paths",
            "correlated",
            "completion",
            "pictures",
            "regimes",
            "spheres",
            "bits",
            "dense_capacity",
            "separation",
            "identities",
        ),
        cfg=("hopfield.spheres.dimensions", *REGIMES),
    ),
    work=WORK,
    footprint=FOOTPRINT,
    faults=faults,
    demands=demands,
)
