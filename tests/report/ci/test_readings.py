"""Values for services that judge for themselves: Bencher and github-action-benchmark."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from savebench.records.store import create
from savebench.report.ci.bmf import LONGEST_NAME_BYTES, render_bmf
from savebench.report.ci.formats import READING_FORMATS, render, render_readings
from savebench.report.ci.readings import Reading, readings_of_comparison, readings_of_summary
from savebench.report.ci.smaller_is_better import render_smaller_is_better
from savebench.summary import summarize, summary_rows
from tests.commands import checked, savebench
from tests.report.ci.comparisons import comparison, every_verdict, hostile, many, regressed
from tests.report.synthetic import quick_run

BMF_SCHEMA: dict[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema",
    "type": "object",
    "patternProperties": {
        ".+": {
            "type": "object",
            "patternProperties": {
                ".+": {
                    "type": "object",
                    "properties": {
                        "value": {"type": "number"},
                        "lower_value": {"type": "number"},
                        "upper_value": {"type": "number"},
                    },
                    "required": ["value"],
                }
            },
        }
    },
}
"""As Bencher documents it, in the reference of its format."""


class Consumed(msgspec.Struct, forbid_unknown_fields=True):
    """An entry as github-action-benchmark declares it (BenchmarkResult in src/extract.ts)."""

    name: str
    value: float
    unit: str
    range: str | None = None
    extra: str | None = None


def reading(series: str = "pca@1MB x pickle", **given: Any) -> Reading:
    """Return a reading of a time."""
    usual: dict[str, Any] = {
        "metric": "load_predict_s",
        "unit": "s",
        "value": 0.002,
        "low": 0.0018,
        "high": 0.0025,
        "n": 12,
    }
    return Reading(series=series, **usual | given)


def bmf(text: str) -> dict[str, dict[str, dict[str, float]]]:
    """Return BMF as Bencher's types take it: nothing but numbers at the third level."""
    return msgspec.json.decode(text, type=dict[str, dict[str, dict[str, float]]])


def test_bmf_is_what_bencher_documents() -> None:
    """A benchmark a series, a measure a metric, the interval as limits."""
    assert bmf(render_bmf([reading()])) == {
        "pca@1MB x pickle": {
            "load-predict-s": {"value": 0.002, "lower_value": 0.0018, "upper_value": 0.0025}
        }
    }
    assert bmf(render_bmf([reading(low=None)]))["pca@1MB x pickle"]["load-predict-s"] == {
        "value": 0.002
    }


def test_bmf_passes_benchers_own_schema(tmp_path: Path) -> None:
    """Hostile names and ten thousand series, too."""
    schema = tmp_path / "schema.json"
    schema.write_bytes(msgspec.json.encode(BMF_SCHEMA))
    files = []
    for number, made in enumerate((comparison(every_verdict()), hostile(), many(1000))):
        files.append(tmp_path / f"{number}.json")
        files[-1].write_text(render(made, "bmf"), encoding="utf-8")

    checked("check-jsonschema", "--schemafile", schema, *files)


def test_names_that_bencher_would_refuse_are_cut_and_stay_apart() -> None:
    """It takes 1024 bytes, and slugs of single dashes."""
    long = "\N{LATIN SMALL LETTER E WITH ACUTE}" * 1000
    found = bmf(
        render_bmf([reading(f"{long}1"), reading(f"{long}2"), reading("", metric="__A b!")])
    )

    assert len(found) == 3
    assert max(len(name.encode()) for name in found) <= LONGEST_NAME_BYTES
    assert list(found["unnamed"]) == ["a-b"]


def test_an_entry_is_what_github_action_benchmark_reads() -> None:
    """Its range is one number, so the wider side of the interval."""
    [entry] = msgspec.json.decode(render_smaller_is_better([reading()]), type=list[Consumed])

    assert entry == Consumed(
        name="pca@1MB x pickle: load_predict_s",
        value=0.002,
        unit="s",
        range="\N{PLUS-MINUS SIGN} 0.0005",
        extra="n = 12\ninterval: 1.8 ms to 2.5 ms",
    )


@pytest.mark.parametrize("made", [comparison(every_verdict()), hostile(), many(1000)])
def test_entries_are_of_the_consumers_shape(made: Any) -> None:
    """The unit of a metric is always the same; the range is one that the consumer finds."""
    text = render(made, "customSmallerIsBetter")

    for entry in msgspec.json.decode(text, type=list[Consumed]):
        assert entry.unit in {"s", "bytes"}
        assert entry.range is None or re.fullmatch(r"± \d\S*", entry.range)
        assert "\n" not in entry.name


def test_a_series_that_head_lacks_is_left_out() -> None:
    """A value that was not measured is no value."""
    series = {each.series for each in readings_of_comparison(comparison(every_verdict()))}

    assert "tfidf@1MB x joblib" not in series
    assert "svc@1MB x dill" in series


def test_the_interval_of_the_change_is_laid_around_heads_value() -> None:
    """So that the value lies within it."""
    [found] = readings_of_comparison(
        comparison([regressed(head=2.0, ratio=1.0, low=0.5, high=3.0)])
    )

    assert (found.low, found.value, found.high) == (1.0, 2.0, 6.0)


def test_a_runs_medians_are_its_readings() -> None:
    """One a row of the summary."""
    rows = summary_rows(summarize(quick_run()))
    found = list(readings_of_summary(rows))

    assert len(found) == len(rows)
    assert [each.value for each in found] == [row.median for row in rows]
    assert all(each.low is None for each, row in zip(found, rows, strict=True) if row.n == 1)


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that holds a run."""
    folder = tmp_path_factory.mktemp("stored") / "run"
    run = quick_run()
    with create(folder) as writer:
        writer.append(run.header)
        for record in run.records:
            writer.append(record)
    return folder


@pytest.mark.parametrize("name", READING_FORMATS)
def test_the_command_line_exports_a_run(run_folder: Path, name: str) -> None:
    """And writes nothing into its folder."""
    before = sorted(run_folder.iterdir())

    ended = savebench("report", run_folder, "--format", name)

    assert (ended.code, ended.err) == (0, "")
    expected = render_readings(readings_of_summary(summary_rows(summarize(quick_run()))), name)
    assert ended.out == expected
    assert sorted(run_folder.iterdir()) == before


def test_the_command_line_shows_a_stored_comparison(tmp_path: Path) -> None:
    """By its folder or its file, in any format."""
    made = comparison(every_verdict())
    (tmp_path / "comparison.json").write_text(render(made, "json"), encoding="utf-8")

    by_folder = savebench("report", tmp_path, "--format", "github")
    assert (by_folder.code, by_folder.out) == (0, render(made, "github"))
    ended = savebench("report", tmp_path / "comparison.json", "--format", "markdown")
    assert (ended.code, ended.out, ended.err) == (0, render(made, "markdown"), "")


def test_the_command_line_says_what_does_not_fit(run_folder: Path) -> None:
    """In one line, with exit code 2."""
    ended = savebench("report", run_folder, "--format", "junit")

    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "savebench: the format 'junit' shows a comparison, not a run; "
        "a run has pytest-benchmark, bmf, customSmallerIsBetter\n"
    )
