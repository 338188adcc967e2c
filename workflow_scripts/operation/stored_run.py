"""A run by its settings: where its results are, and what they say, without computing anything."""

from dataclasses import dataclass
from pathlib import Path

from workflow_scripts.core.artifacts.tables import read_table
from workflow_scripts.core.errors import UserError
from workflow_scripts.evidence.claims.ledger import compare
from workflow_scripts.evidence.claims.show import read_recorded
from workflow_scripts.evidence.report.build import gather
from workflow_scripts.evidence.report.colophon import read_colophon
from workflow_scripts.evidence.report.context import PageContext
from workflow_scripts.evidence.report.records import read_ledger, read_provenance
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.operation.configuration.settings import Configuration
from workflow_scripts.operation.verification.summary import summary_folder
from workflow_scripts.studies.registry import REGISTERED

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class StoredRun:
    """A run, below `root`: where its summary is, and how Snakemake is called for it."""

    root: Path
    settings: Configuration
    results: Path
    """Its folder of results, in which the recorded verdicts are."""
    folder: Path
    """The folder of its ledger and report."""
    arguments: tuple[str, ...]

    @property
    def ledger(self) -> Path:
        """The table of all its claims."""
        return self.folder / "claims.csv"

    @property
    def studies(self) -> list[str]:
        """Its studies if they are only some; else an empty list."""
        return list(self.settings.studies) if self.folder != self.results else []

    def short(self, path: Path) -> Path:
        """`path` as seen from the repository."""
        return path.relative_to(self.root) if path.is_relative_to(self.root) else path

    def lost(self) -> list[str]:
        """One line for each claim that is recorded as supported and no longer is."""
        recorded = read_recorded(self.results / "recorded-verdicts.csv")
        if self.studies:
            recorded = recorded[recorded["study"].isin(self.studies)]
        return compare(recorded, read_table(self.ledger))

    def check(self) -> None:
        """UserError if it has not ended yet."""
        if not self.ledger.exists():
            scale = self.settings.scale
            raise UserError(
                f"there is no {self.short(self.ledger)}: `make plan SCALE={scale}` says how long a"
                f" run takes, and `make reproduce SCALE={scale}` starts it"
            )

    def context(self) -> PageContext:
        """Everything that its report shows."""
        self.check()
        provenance = read_provenance(self.folder / "provenance.json")
        ledger = read_ledger(self.folder / "claims.json")
        present = {claim.study for claim in ledger.claims}
        names = [name for name in REGISTERED if name in present]
        return gather(
            ledger=ledger,
            provenance=provenance,
            pages={name: str(ROOT / "workflow_scripts" / REGISTERED[name].page) for name in names},
            figures=[
                str(self.results / name / "figures" / file)
                for name in names
                for file in REGISTERED[name].drawings
            ],
            settings={name: provenance.settings[name] for name in names},
            colophon=read_colophon(ROOT / "CITATION.cff", provenance.code),
        )


def stored_run(
    scale: str, configfile: str | None = None, root: Path = ROOT, study: str | None = None
) -> StoredRun:
    """The run of a scale, or of one's own configuration file; with `study` of that study alone.

    UserError if it is not valid.
    """
    files = [Path(configfile)] if configfile else []
    alone = {"studies": [study]} if study else {}
    settings = load_configuration(root / "config", {"scale": scale, **alone}, files)
    results = root / "results" / settings.run
    folder = summary_folder(results, list(settings.studies), REGISTERED)
    own = ("--configfile", configfile) if configfile else ()
    given = (f"scale={scale}", *([f"studies=[{study}]"] if study else []))
    return StoredRun(root, settings, results, folder, (*own, "--config", *given))
