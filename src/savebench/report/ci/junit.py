"""JUnit XML, as Jenkins, GitLab and their like read it: one test case a series and metric.

A failure is what fails the build; what is inconclusive or gone was skipped, so that it is never
counted as a pass. Advice passes and says so in its output. The elements follow
the schema of Jenkins' xUnit plug-in (junit-10.xsd).
"""

import re
from xml.etree import ElementTree as ET

from savebench.comparing.comparison import Change, Comparison
from savebench.report.comparison.standing import by_standing, standing
from savebench.report.comparison.wording import figures, sides_text, verdict_text

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold, escaped or not."""


def render_junit(comparison: Comparison) -> str:
    """Return the comparison as a test suite, failures first."""
    groups = by_standing(comparison.changes)
    changes = [change for group in groups.values() for change in group]
    counts = {
        "tests": str(len(changes)),
        "failures": str(len(groups["failure"])),
        "errors": "0",
    }
    root = ET.Element("testsuites", {"name": "savebench", **counts})
    skipped = sum(_is_skipped(change) for change in changes)
    suite = ET.SubElement(
        root, "testsuite", {"name": "savebench", **counts, "skipped": str(skipped)}
    )
    for change in changes:
        _add_case(suite, change)
    said = [sides_text(comparison), *comparison.remarks]
    ET.SubElement(suite, "system-out").text = _legal("\n".join(said))
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _add_case(suite: ET.Element, change: Change) -> None:
    names = {"classname": _legal(change.series), "name": _legal(change.metric)}
    if change.unit == "s" and change.head is not None:
        names["time"] = f"{change.head:.9f}"
    case = ET.SubElement(suite, "testcase", names)
    said = _legal(f"{verdict_text(change)}: {figures(change)}")
    if standing(change) == "failure":
        failure = ET.SubElement(case, "failure", {"type": change.verdict, "message": said})
        failure.text = said
    elif _is_skipped(change):
        ET.SubElement(case, "skipped", {"type": change.verdict, "message": said})
    else:
        ET.SubElement(case, "system-out").text = said


def _is_skipped(change: Change) -> bool:
    return change.verdict == "inconclusive" or standing(change) == "open"


def _legal(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
