"""Command lines that cannot be understood, and what is made of them."""

from pathlib import Path

import pytest

from tests.commands import savebench


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working directory, which holds files whose names patterns match."""
    monkeypatch.chdir(tmp_path)
    for name in ("knn-a.txt", "knn-b.txt", "joblib1.log", "joblib2.log", "a_bytes", "b_bytes"):
        (tmp_path / name).touch()
    for name in ("old", "new", "runs/1", "runs/2", "runs/3"):
        (tmp_path / name).mkdir(parents=True)
    return tmp_path


def said(*words: str) -> str:
    """Return the one line that a misunderstood command line gets."""
    ended = savebench(*words)
    assert ended.code == 2
    assert ended.err.startswith("savebench: ")
    assert ended.err.count("\n") == 1
    return ended.err.removeprefix("savebench: ").rstrip("\n")


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("words", "quoted"),
    [
        (["run", "-w", "knn-a.txt", "knn-b.txt"], "-w 'knn-*'"),
        (["run", "--workload", "knn-a.txt", "knn-b.txt", "-s", "pickle"], "--workload 'knn-*'"),
        (["run", "-s", "joblib1.log", "joblib2.log", "--rounds", "1"], "-s 'joblib*'"),
        (["run", "--json", "-s", "joblib1.log", "joblib2.log", "knn-a.txt"], "-s 'joblib*'"),
        (["run", "-s", "a_bytes", "joblib1.log"], "-s '*'"),
        (["ab", "--base", "joblib", "--head", ".", "-s", "joblib1.log", "joblib2.log"], "-s 'job"),
        (["compare", "old", "new", "--only", "a_bytes", "b_bytes"], "--only '*_bytes'"),
        (["compare", "--only", "a_bytes", "b_bytes", "old", "new"], "--only '*_bytes'"),
    ],
)
def test_a_pattern_that_the_shell_has_expanded_is_to_be_quoted(
    words: list[str], quoted: str
) -> None:
    """It named files that lie in the folder at hand, so savebench never saw it."""
    message = said(*words)

    assert "names files here, so the shell has probably expanded a pattern; quote it: " in message
    assert quoted in message


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["run", "-w", "knn-a.txt"], "no workload is called or matches 'knn-a.txt'"),
        (["run", "-s", "joblib1.log"], "no serializer is called or matches 'joblib1.log'"),
    ],
)
def test_a_pattern_that_the_shell_has_expanded_to_one_name_is_told_too(
    words: list[str], fault: str
) -> None:
    """A name that matches nothing, and that a file bears."""
    message = said(*words)

    assert message.startswith(fault)
    assert message.endswith(
        f"(a file here is called {words[-1]}: if you wrote a pattern, the shell has expanded it; "
        "quote it, like 'knn-*')"
    )


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["history", "runs/1", "runs/2", "runs/3"],
            "history takes DIR, and 3 paths were given; name the folder that holds them all",
        ),
        (
            ["report", "runs/1", "runs/2"],
            (
                "report takes RUN, and 2 paths were given; has the shell expanded a pattern? Leave "
                "out the others"
            ),
        ),
        (
            ["compare", "runs/1", "runs/2", "runs/3"],
            (
                "compare takes BASE and HEAD, and 3 paths were given; has the shell expanded a "
                "pattern? Leave out the others"
            ),
        ),
        (
            ["run", "knn-brute"],
            (
                "run has no use for 'knn-brute' by itself: name workloads with -w and serializers "
                "with -s, once for each name"
            ),
        ),
        (
            ["run", "-s", "pickle", "joblib"],
            (
                "run has no use for 'joblib' by itself: name workloads with -w and serializers "
                "with -s, once for each name"
            ),
        ),
        (["reprot"], "no such command 'reprot': did you mean report? More with: savebench --help"),
        (["Compare"], "no such command 'Compare': did you mean compare? More with: savebench "),
        (["hist"], "no such command 'hist': did you mean list? More with: savebench --help"),
        (
            ["serve"],
            (
                "no such command 'serve': there are ab, advise, claims, compare, doctor, history, "
                "inspect, list, report, run, workflow. More with: savebench --help"
            ),
        ),
        (
            ["runs/1"],
            (
                "no such command 'runs/1': to see what is stored there: savebench report runs/1. "
                "More with: savebench --help"
            ),
        ),
    ],
)
def test_what_was_meant_is_said_in_one_line(words: list[str], message: str) -> None:
    """And what to write instead."""
    assert said(*words).startswith(message)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["run", "--rounds", "many"], "'many' is not a valid integer"),
        (["run", "--bogus"], "No such option"),
        (["compare", "old"], "Missing argument 'HEAD'"),
        (["list", "sizes"], "'sizes' is not one of"),
        (["history", "old", "nosuch"], "Got unexpected extra argument"),
    ],
)
def test_what_click_says_best_it_says(words: list[str], complaint: str) -> None:
    """With the usage above."""
    ended = savebench(*words)

    assert ended.code == 2
    assert complaint in ended.err
