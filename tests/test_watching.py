"""What a person sees while they wait for advice asked for in Python."""

import io
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from savebench.watching import NotebookBar, bar_here
from tests.report.advice.answers import answer


class Kernel:
    """Stands for IPython in a kernel: keeps what is displayed in one place, as it is redrawn."""

    def __init__(self) -> None:
        """Show nothing yet."""
        self.shown: list[dict[str, str]] = []

    def display(self, data: dict[str, str], **_: Any) -> "Kernel":
        """Display something, which can be redrawn."""
        self.shown.append(data)
        return self

    def update(self, data: dict[str, str], **_: Any) -> None:
        """Redraw it."""
        self.shown.append(data)


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Kernel:
    """Return the kernel in which this process now runs."""
    found = Kernel()
    ipython = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=found))
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", found)
    return found


class Terminal(io.StringIO):
    """Text that goes to a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.mark.parametrize(("stream", "expected"), [(io.StringIO, False), (Terminal, True)])
def test_progress_is_shown_in_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, stream: Callable[[], io.StringIO], *, expected: bool
) -> None:
    """A script that writes into a file, or into nothing, gets no lines that it did not ask for."""
    monkeypatch.setattr(sys, "stderr", stream())
    monkeypatch.setenv("TERM", "xterm")

    bar = bar_here(600.0)
    if bar is not None:
        bar.close()

    assert (bar is not None) == expected


def test_a_notebook_shows_one_line_redrawn_and_taken_away(
    kernel: Kernel, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the answer so far, once there is one; on stderr it would stay, in red."""
    bar = bar_here(600.0)
    assert isinstance(bar, NotebookBar)

    bar.round_started(1, 4)
    bar.answered(answer("knn"), 3.0)
    bar.close()

    assert [each["text/plain"] for each in kernel.shown] == [
        "taking the model in, 10 min 00 s left",
        "round 1, 10 min 00 s left",
        (
            "joblib-mmap so far; refining (interrupting answers from what is measured), "
            "10 min 00 s left"
        ),
        "",
    ]
    assert kernel.shown[-1]["text/html"] == ""
    assert capsys.readouterr() == ("", "")


def test_what_is_displayed_is_escaped(kernel: Kernel) -> None:
    """A class may be called anything."""
    bar = NotebookBar(Console(file=io.StringIO()), 600.0)

    bar.stage("<b>", 1, 1)

    assert "&lt;b&gt;" in kernel.shown[-1]["text/html"]
