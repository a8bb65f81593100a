"""JUnit XML, read again by the parser of junitparser."""

import re

from junitparser import Failure, JUnitXml, Skipped, TestCase, TestSuite

from savebench.comparing.comparison import Comparison
from savebench.report.ci.junit import render_junit
from tests.report.ci.comparisons import comparison, every_verdict, hostile, many

TestCase.__test__ = False  # pytest would collect a class of this name
TestSuite.__test__ = False


def suite_of(made: Comparison) -> TestSuite:
    """Return the one suite of a comparison's document."""
    document = JUnitXml.fromstring(render_junit(made).encode())
    [suite] = list(document)
    assert isinstance(suite, TestSuite)
    return suite


def results(suite: TestSuite) -> dict[str, str]:
    """Return the outcome of every case, by its series."""
    outcomes = {}
    for case in suite:
        kinds = [type(result) for result in case.result]
        outcomes[str(case.classname)] = (
            "failure" if Failure in kinds else "skipped" if Skipped in kinds else "passed"
        )
    return outcomes


def test_a_failure_is_what_gates_and_inconclusive_is_skipped() -> None:
    """Advice passes, and says that it is advice."""
    suite = suite_of(comparison(every_verdict()))

    assert results(suite) == {
        "knn-brute@16MB x joblib+zlib3": "failure",
        "knn-brute@16MB x pickle": "failure",
        "tfidf@1MB x joblib": "skipped",
        "mlp@1MB x pickle": "skipped",
        "mlp@1MB x joblib": "skipped",
        "kmeans@1MB x pickle": "passed",
        "tfidf@1MB x onnx": "passed",
        "svc@1MB x joblib": "passed",
        "svc@1MB x dill": "passed",
        "pca@1MB x pickle": "passed",
        "pca@1MB x skops": "passed",
    }
    said = {case.classname: case.system_out for case in suite}
    assert said["kmeans@1MB x pickle"].startswith("regressed (advice): 12.4 ms -> 14.1 ms")


def test_the_counts_are_those_of_the_cases() -> None:
    """Some readers show only these."""
    suite = suite_of(comparison(every_verdict()))

    assert (suite.tests, suite.failures, suite.skipped, suite.errors) == (11, 2, 3, 0)


def test_a_failure_says_the_figures() -> None:
    """In its message, which is all that some readers show."""
    [first, *_] = suite_of(comparison(every_verdict()))

    [failure] = first.result
    assert failure.type == "regressed"
    assert "+13.7 % [+10.2, +17.4]" in str(failure.message)


def test_hostile_names_are_read_again_but_for_what_xml_forbids() -> None:
    """Control characters and half characters have no place in a document."""
    made = hostile()
    forbidden = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
    expected = {forbidden.sub("\ufffd", change.series) for change in made.changes}

    assert {case.classname for case in suite_of(made)} == expected


def test_ten_thousand_series_are_ten_thousand_cases() -> None:
    """None is left out."""
    assert sum(1 for _ in suite_of(many())) == 10_000


def test_remarks_stand_in_the_suites_output() -> None:
    """With what was compared."""
    text = render_junit(comparison(every_verdict(), remarks=["other machine"]))

    assert "base joblib==1.4.2, head joblib==1.5.3\nother machine" in text
