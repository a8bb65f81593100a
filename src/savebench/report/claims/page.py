"""What a run says of folklore, as a page: ``claims.md``."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from savebench.report.claims.words import commands_of, told_claims
from savebench.report.markdown import Markdown, escape_markdown, render, unbroken
from savebench.summary.claims import Judged, Source
from savebench.units import counted

_TEMPLATE = "claims.md.j2"


def write_claims(judged: Sequence[Judged], folder: Path) -> Path:
    """Write ``claims.md`` into a folder, which is made where it is missing; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "claims.md"
    path.write_text(page_of(judged), encoding="utf-8", newline="\n")
    return path


def page_of(judged: Sequence[Judged]) -> str:
    """Return the text of ``claims.md``."""
    claims = told_claims(judged)
    return render(_TEMPLATE, CLAIM_FILTERS, claims=claims, untold=0, commands=commands_of(claims))


def _link(source: Source) -> Markdown:
    return Markdown(f"[{escape_markdown(source.title)}]({source.url})")


CLAIM_FILTERS: dict[str, Callable[..., Any]] = {
    "link": _link,
    "counted": counted,
    "figure": lambda text: unbroken(text.replace("-", ", ") if "[" in text else text),
}
"""What the table of claims needs wherever it stands."""
