"""The study as the rest of the workflow knows it."""

from workflow_scripts.studies.toy.files import ToyFiles
from workflow_scripts.studies.toy.settings import Toy

from workflow_scripts.core.settings import section
from workflow_scripts.learning.work import of_seeds
from workflow_scripts.studies.study import Study, Tables

STUDY = Study(
    name="toy",
    settings=Toy,
    files=ToyFiles,
    tables=Tables(("means",)),
    claims=Tables(("means",), cfg=("toy.seeds",)),
    figures=Tables(("means",), cfg=("toy.throws",)),
    work={"throw": of_seeds(lambda cfg, _: section(cfg, "throws"))},
)
