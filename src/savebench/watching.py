"""Show a person who waits in a notebook or a terminal what goes on; nobody else."""

import html
import sys
from typing import TYPE_CHECKING, Any

from savebench.progress import AdviceBar

if TYPE_CHECKING:
    from rich.console import Console

    from savebench.records.schema import Record
    from savebench.summary.advice.answer import Answer

_STYLE = "font-family:monospace;white-space:pre-wrap"


def bar_here(budget_s: float) -> AdviceBar | None:
    """Return what shows progress where this process runs; None where nobody watches it.

    In a notebook that is a line of the cell's output, elsewhere a line on stderr if that is a
    terminal: each is redrawn in place, and taken away at the end.
    """
    from rich.console import Console

    if _is_notebook():
        plain = Console(stderr=True, highlight=False, force_jupyter=False, force_terminal=False)
        return NotebookBar(plain, budget_s)
    console = Console(stderr=True, highlight=False)
    return AdviceBar(console, budget_s) if console.is_terminal else None


def _is_notebook() -> bool:
    """Return whether a kernel runs this, whose front end shows what is displayed."""
    ipython: Any = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


class NotebookBar(AdviceBar):
    """A line of a cell's output.

    Not on stderr: what is written there stays, in red, and each redrawing is stored with the
    notebook.
    """

    def __init__(self, console: "Console", budget_s: float) -> None:
        """Warn on `console`; the line itself is displayed."""
        super().__init__(console, budget_s)
        self._handle: Any = None
        self._answer = ""
        self._say("taking the model in", force=True)

    def answered(self, answer: "Answer", spent_s: float) -> None:
        """Take note of a first answer; it is being refined."""
        del spent_s
        self._answer = f"{answer.take or 'nothing'} so far; "
        self._say("refining (interrupting answers from what is measured)", force=True)

    def trial_ended(self, record: "Record", spent_s: float, left_s: float | None) -> None:
        """Show nothing, whatever came of it: the answer says who cannot be taken, and why."""

    def close(self) -> None:
        """Take the line away."""
        if self._handle is not None:
            self._handle.update({"text/plain": "", "text/html": ""}, raw=True)

    @property
    def _is_redrawn(self) -> bool:
        return True

    def _draw(self, doing: str, spent_s: float, share: float, left: str) -> None:
        del spent_s
        text = f"{self._answer}{doing}, {left}"
        shown = {
            "text/plain": text,
            "text/html": (
                f'<progress max="1" value="{share:.2f}"></progress> '
                f'<span style="{_STYLE}">{html.escape(text)}</span>'
            ),
        }
        if self._handle is not None:
            self._handle.update(shown, raw=True)
            return
        from IPython.display import display

        self._handle = display(shown, raw=True, display_id=True)
