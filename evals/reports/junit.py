"""Results as JUnit XML, which CI servers show: a test case an article and a gate.

It reads the gold files for the lines of their items alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal
from xml.etree import ElementTree as ET

from evals.compare import Comparison
from evals.gate import FieldChange, SectionChange, Verdict
from evals.reports.data import ReportData
from evals.reports.items import ArticleRows, ItemRow, flipped
from evals.reports.text import numbers, printable
from evals.reports.verdict import change_sentence, doubt_sentence, field_sentence
from evals.results import DocumentResult
from summarizer.models import Frozen


class _Case(Frozen):
    """A test case; `message` says why it failed or was skipped, `output` what else there is."""

    group: str
    name: str
    result: Literal["passed", "failure", "skipped"] = "passed"
    message: str = ""
    output: str = ""
    seconds: float = 0.0


def render(data: ReportData) -> str:
    """A suite of the articles, and one of the gates where the run is compared with another."""
    comparison = data.comparison
    suites = [_suite("articles", tuple(_articles(data)))]
    if comparison:
        suites.append(_suite("gates", tuple(_gates(comparison))))
    root = ET.Element("testsuites", name="evals")
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    root.set("time", f"{sum(float(suite.get('time', '0')) for suite in suites):.3f}")
    root.extend(suites)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


# --- articles ---------------------------------------------------------------------------------


def _articles(data: ReportData) -> Iterator[_Case]:
    flips = {article.document.name: article for article in flipped(data)}
    documents = {document.name: document for document in data.results.documents}
    if data.comparison:
        documents |= {document.name: document for document in data.comparison.after.documents}
    yield from (_article(data, d, flips.get(d.name)) for d in documents.values())
    for name in data.comparison.missing if data.comparison else ():
        message = f"missing: only {data.before_name} has it"
        yield _Case(group="articles", name=name, result="failure", message=message)


def _article(data: ReportData, document: DocumentResult, flips: ArticleRows | None) -> _Case:
    faults = tuple(_faults(data, document))
    refused = data.comparison is not None and document.name in data.comparison.refused
    skipped = "not compared: the text changed, or the gold does not have it" if refused else ""
    return _Case(
        group="articles",
        name=document.name,
        result="failure" if faults else "skipped" if skipped else "passed",
        message="\n".join(faults) or skipped,
        output="\n".join(map(_line, flips.rows)) if flips else "",
        seconds=document.seconds,
    )


def _faults(data: ReportData, document: DocumentResult) -> Iterator[str]:
    if document.failure:
        yield f"the article failed: {document.failure}"
    yield from document.broken
    for flip in data.comparison.pinned_lost if data.comparison else ():
        if flip.document == document.name and flip.gold is not None:
            what = data.case(document.name).items[flip.gold].what
            yield f"a pinned {flip.section} is lost: {what}"


def _line(row: ItemRow) -> str:
    note = f"; {row.note}" if row.note else ""
    return f"{row.mark} {row.section} {numbers(row.sentences)} {row.text}{note} ({row.where})"


# --- gates ------------------------------------------------------------------------------------


def _gates(comparison: Comparison) -> Iterator[_Case]:
    yield from map(_section, comparison.sections)
    yield from map(_field, comparison.fields)


def _section(change: SectionChange) -> _Case:
    told = change_sentence(change)
    doubt = doubt_sentence(change) if change.verdict == "INCONCLUSIVE" else ""
    return _gate(f"{change.section}s, {change.metric} F1", change.verdict, told, doubt or told)


def _field(change: FieldChange) -> _Case:
    told = field_sentence(change)
    return _gate(f"field {change.field}", change.verdict, told, told)


def _gate(name: str, verdict: Verdict, told: str, message: str) -> _Case:
    failed, skipped = verdict == "FAIL", verdict == "INCONCLUSIVE"
    return _Case(
        group="gates",
        name=name,
        result="failure" if failed else "skipped" if skipped else "passed",
        message=message if failed or skipped else "",
        output=f"{verdict}: {told}",
    )


# --- XML --------------------------------------------------------------------------------------


def _suite(name: str, cases: Sequence[_Case]) -> ET.Element:
    suite = ET.Element("testsuite", name=name, tests=str(len(cases)), errors="0")
    suite.set("failures", str(sum(case.result == "failure" for case in cases)))
    suite.set("skipped", str(sum(case.result == "skipped" for case in cases)))
    suite.set("time", f"{sum(case.seconds for case in cases):.3f}")
    suite.extend(map(_element, cases))
    return suite


def _element(case: _Case) -> ET.Element:
    element = ET.Element("testcase", classname=f"evals.{case.group}", name=_xml([case.name]))
    element.set("time", f"{case.seconds:.3f}")
    message = case.message.splitlines()
    if case.result == "failure":
        ET.SubElement(element, "failure", message=_xml(message[:1])).text = _xml(message)
    elif case.result == "skipped":
        ET.SubElement(element, "skipped", message=_xml(message))
    if case.output:
        ET.SubElement(element, "system-out").text = _xml(case.output.splitlines())
    return element


def _xml(lines: Iterable[str]) -> str:
    """What cannot be printed is what XML 1.0 cannot hold, and more."""
    return "\n".join(map(printable, lines))
