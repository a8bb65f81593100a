"""Annotations, read again by the rules of GitHub's runner."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from savebench.report.ci.github import MOST_SHOWN, command, render_github
from tests.report.ci.comparisons import (
    change,
    comparison,
    every_verdict,
    hostile,
    many,
    regressed,
)

WHOLE_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def as_the_runner_reads(line: str) -> tuple[str, dict[str, str], str]:
    """Return command, properties and message as ``ActionCommand.TryParseV2`` does."""
    assert line.startswith("::")
    head, _, data = line[2:].partition("::")
    name, _, rest = head.partition(" ")
    properties = {}
    for pair in filter(None, rest.split(",")):
        key, _, value = pair.partition("=")
        properties[key] = unescaped(value, (":", "%3A"), (",", "%2C"))
    return name, properties, unescaped(data)


def unescaped(text: str, *more: tuple[str, str]) -> str:
    """Return text as the runner unescapes it: the per cent sign last."""
    for token, escape in (("\r", "%0D"), ("\n", "%0A"), *more, ("%", "%25")):
        text = text.replace(escape, token)
    return text


def annotations(text: str) -> list[tuple[str, str, str]]:
    """Return level, title and message of each line."""
    read = [as_the_runner_reads(line) for line in text.split("\n") if line]
    return [(name, properties["title"], message) for name, properties, message in read]


@given(title=WHOLE_TEXT, message=WHOLE_TEXT)
def test_the_runner_reads_what_was_written(title: str, message: str) -> None:
    """Whatever stands in it, on one line."""
    line = command("error", title, message)

    assert "\n" not in line
    assert "\r" not in line
    assert as_the_runner_reads(line) == ("error", {"title": title}, message)


def test_levels_follow_what_a_change_weighs() -> None:
    """An error only where a series that gates regressed."""
    levels = {title: level for level, title, _ in annotations(render_github_of_all())}

    assert levels == {
        "savebench: regressed: load_s of knn-brute@16MB x joblib+zlib3": "error",
        "savebench: regressed: size_bytes of knn-brute@16MB x pickle": "error",
        "savebench: missing: load_s of tfidf@1MB x joblib": "warning",
        "savebench: inconclusive: load_s of mlp@1MB x pickle": "warning",
        "savebench: regressed (advice): load_s of kmeans@1MB x pickle": "warning",
        "savebench: missing (advice): load_s of tfidf@1MB x onnx": "warning",
        "savebench: inconclusive (advice): load_s of mlp@1MB x joblib": "notice",
        "savebench: improved: load_s of svc@1MB x joblib": "notice",
        "savebench: new: load_s of svc@1MB x dill": "notice",
    }


def render_github_of_all() -> str:
    """Return the annotations of every verdict."""
    return render_github(comparison(every_verdict()))


def test_a_message_has_the_figures() -> None:
    """Base, head, change, interval, what could have been found, n."""
    [(_, _, message)] = annotations(render_github(comparison([regressed()])))

    assert message == (
        "load_s of knn-brute@16MB x joblib+zlib3: 12.4 ms -> 14.1 ms; "
        "+13.7 % [+10.2, +17.4] (95 % interval); detectable: 5.0 %; n = 20 and 20"
    )


@pytest.mark.parametrize("count", [9, 10, 500])
def test_at_most_nine_are_shown_and_the_rest_counted(count: int) -> None:
    """Under GitHub's limit of ten a step."""
    changes = [regressed(f"series {number}") for number in range(count)]

    found = annotations(render_github(comparison([*changes, change("fine")])))

    assert len(found) == min(count, MOST_SHOWN + 1)
    assert (f"savebench: {count - 9} more" in found[-1][1]) == (count > MOST_SHOWN)
    assert {level for level, _, _ in found} == {"error"}


def test_the_count_of_the_rest_is_as_loud_as_the_worst_of_them() -> None:
    """Nine errors do not hide a tenth, and improvements raise no alarm."""
    improved = [change(f"better {n}", verdict="improved", ratio=0.5) for n in range(4)]
    failed = [regressed(f"worse {n}") for n in range(8)]

    found = annotations(render_github(comparison([*improved, *failed])))

    assert found[-1][0] == "notice"
    assert found[-1][2].startswith("3 more: 3 improved; ")


def test_nothing_to_say_is_said_in_one_notice() -> None:
    """So that a reader of the log sees that something was compared."""
    found = annotations(render_github(comparison([change("a"), change("b")])))

    assert found == [("notice", "savebench", "2 passed; base joblib==1.4.2, head joblib==1.5.3")]


@pytest.mark.parametrize("made", [hostile, many])
def test_no_name_starts_a_command_of_its_own(made: object) -> None:
    """Each line is one of ours, and short."""
    assert callable(made)
    lines = render_github(made()).splitlines()

    assert len(lines) == MOST_SHOWN + 1
    assert all(line.startswith("::error title=savebench") for line in lines)
    assert max(map(len, lines)) < 4096
