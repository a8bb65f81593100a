"""Markdown: what is escaped and what is not, and the one environment that pages render in."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from savebench.report.words import one_line

_SPECIAL = re.compile(r"([\\`*{}\[\]<>|#$~&]|(?<![a-zA-Z0-9])_|_(?![a-zA-Z0-9]))")
"""An underscore between letters is no markup, and names are full of them."""


class Markdown(str):
    """Text that is markdown already, and is not escaped again."""

    __slots__ = ()


def escape_markdown(value: object) -> str:
    """Return a value as one line that markdown shows literally, in a table cell too."""
    if isinstance(value, Markdown):
        return str(value)
    return _SPECIAL.sub(r"\\\1", one_line(str(value)))


def unbroken(text: str) -> Markdown:
    """Return a text that a browser does not break: it would part a number from its unit."""
    return Markdown(escape_markdown(text).replace(" ", "\N{NO-BREAK SPACE}"))


def render(template: str, filters: Mapping[str, Callable[..., Any]], **context: Any) -> str:
    """Return a page from a template of ``report/templates``; every value shown is escaped.

    Parameters
    ----------
    template
        Its file's name.
    filters
        The page's own, beside ``markdown``, which marks a text that is not escaped again, and
        ``unbroken``.
    context
        What the template reads.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=PackageLoader("savebench.report"),
        # Markdown has its own special characters: every value that a template shows is escaped
        # for it, and the HTML escapes, which tables would show as they stand, are off.
        finalize=escape_markdown,
        autoescape=select_autoescape(enabled_extensions=()),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"markdown": Markdown, "unbroken": unbroken, **filters}
    return environment.get_template(template).render(context)
