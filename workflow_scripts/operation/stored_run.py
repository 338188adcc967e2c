"""What a run has left, read without computing anything."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from workflow_scripts.core.artifacts.tables import read_table
from workflow_scripts.core.errors import UserError
from workflow_scripts.evidence.claims.ledger import compare
from workflow_scripts.evidence.claims.show import read_recorded
from workflow_scripts.evidence.report.build import gather
from workflow_scripts.evidence.report.colophon import read_colophon
from workflow_scripts.evidence.report.context import PageContext
from workflow_scripts.evidence.report.records import read_ledger, read_provenance
from workflow_scripts.operation.configuration.run import ROOT, Run
from workflow_scripts.operation.verification.summary import summary_folder
from workflow_scripts.studies.registry import REGISTERED


@dataclass(frozen=True)
class StoredRun:
    """What a run has left: its ledger, its verdicts and everything that its report shows."""

    run: Run

    @cached_property
    def folder(self) -> Path:
        """The folder of its ledger and report: within the run's, if it is of some studies only."""
        return summary_folder(self.run.folder, list(self.run.settings.studies), REGISTERED)

    @property
    def ledger(self) -> Path:
        """The table of all its claims."""
        return self.folder / "claims.csv"

    @property
    def studies(self) -> list[str]:
        """Its studies if they are only some; else an empty list."""
        return list(self.run.settings.studies) if self.folder != self.run.folder else []

    def short(self, path: Path) -> Path:
        """`path` as seen from the repository."""
        root = self.run.root
        return path.relative_to(root) if path.is_relative_to(root) else path

    def lost(self) -> list[str]:
        """One line for each claim that is recorded as supported and no longer is."""
        recorded = read_recorded(self.run.folder / "recorded-verdicts.csv")
        if self.studies:
            recorded = recorded[recorded["study"].isin(self.studies)]
        return compare(recorded, read_table(self.ledger))

    def check(self) -> None:
        """UserError if it has not ended yet."""
        if not self.ledger.exists():
            raise UserError(
                f"there is no {self.short(self.ledger)}: `make plan {self.run}` says how long a"
                f" run takes, and `make reproduce {self.run}` starts it"
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
                str(self.run.folder / name / "figures" / file)
                for name in names
                for file in REGISTERED[name].drawings
            ],
            settings={name: provenance.settings[name] for name in names},
            colophon=read_colophon(ROOT / "CITATION.cff", provenance.code),
        )
