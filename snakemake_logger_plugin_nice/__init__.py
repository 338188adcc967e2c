"""Snakemake's logger `nice`: a line for each running job, with what is left of it and of all.

    python -m snakemake --logger nice

Snakemake finds it by the name of this folder where Python looks for packages: in the folder that
`python -m` is called in, or after `pip install .`. It is imported whenever Snakemake starts, used
or not; what it shows is in workflow_scripts/operation/progress/, imported when it is used.
"""

import logging

from snakemake_interface_logger_plugins.base import LogHandlerBase


class LogHandler(LogHandlerBase):
    """Passes Snakemake's log records to the display."""

    def __post_init__(self) -> None:
        from rich.console import Console

        from workflow_scripts.operation.progress.display import Display

        console = Console(stderr=True, highlight=False, no_color=self.common_settings.nocolor)
        self._display = Display(console, self.format)

    def emit(self, record: logging.LogRecord) -> None:
        """Show a record; the records of a dry run as Snakemake does."""
        try:
            if self.common_settings.dryrun:
                print(self.format(record))
            else:
                self._display.show(record)
        except Exception:  # as the interface of logging demands: a fault here stops no run
            self.handleError(record)

    def expect(self, seconds: dict[int, float | None], cores: int | None) -> None:
        """The likely seconds of each job by its number, and how many run at a time if known."""
        self._display.expect(seconds, cores)

    def close(self) -> None:
        """Say how the run ended."""
        self._display.close()
        super().close()

    @property
    def writes_to_stream(self) -> bool:
        """It does, in the place of Snakemake's own."""
        return True

    @property
    def writes_to_file(self) -> bool:
        """Snakemake writes its log file itself."""
        return False

    @property
    def has_filter(self) -> bool:
        """Snakemake's, which obeys `--quiet`."""
        return False

    @property
    def has_formatter(self) -> bool:
        """Snakemake's, for what is shown as it is."""
        return False

    @property
    def needs_rulegraph(self) -> bool:
        """It needs none."""
        return False
