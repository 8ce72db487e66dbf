"""What every report is made of."""

from __future__ import annotations

from evals.agreement import Agreement
from evals.compare import Comparison
from evals.counts import Section
from evals.gate import Metric, SectionChange
from evals.gold import GoldCase
from evals.results import DocumentResult, Results
from summarizer.models import Frozen


class ReportData(Frozen):
    """A run, and where there is one, the run before it that it is compared with.

    `gold_folder` is the folder of the cases as it can be opened from the working directory;
    `agreement` is the ceiling; `before_name` says what `comparison.before` is ("baseline" or a
    file).
    """

    results: Results
    cases: tuple[GoldCase, ...]
    gold_folder: str
    comparison: Comparison | None = None
    before_name: str = "baseline"
    agreement: Agreement | None = None

    def case(self, name: str) -> GoldCase:
        """The gold of one article."""
        return next(case for case in self.cases if case.id == name)

    def change_of(self, section: Section, metric: Metric) -> SectionChange | None:
        """What became of a section; None where nothing is compared or it was not tested."""
        return self.comparison.change_of(section, metric) if self.comparison else None

    def before(self, name: str) -> DocumentResult | None:
        """The article in the run before, None where it was not there."""
        documents = self.comparison.before.documents if self.comparison else ()
        return next((d for d in documents if d.name == name), None)
