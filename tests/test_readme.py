"""What README and CONTRIBUTING point at is there."""

import re
from pathlib import Path

import pytest

from savebench.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PAGES = [
    (page, page.read_text(encoding="utf-8"))
    for page in (
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *sorted((ROOT / "results").glob("**/README.md")),
    )
]


@pytest.mark.parametrize(
    ("page", "text"), PAGES, ids=[str(page.relative_to(ROOT)) for page, _ in PAGES]
)
def test_every_link_to_a_file_leads_to_one(page: Path, text: str) -> None:
    """Pages, folders and the picture."""
    targets = re.findall(r"\]\(([^)#:]+)\)", text)

    assert [each for each in targets if not (page.parent / each).exists()] == []


def test_every_verb_is_in_readme_and_every_verb_in_readme_is_one() -> None:
    """In the blocks of commands, with what each is for."""
    blocks = [
        README.split(title)[1].split("```")[1] for title in ("## Your own model", "## Use it")
    ]
    shown = set(re.findall(r"(?m)^savebench ([a-z]+) ", "".join(blocks)))

    assert shown == set(main.commands)


def test_the_sections_that_messages_point_to_are_in_readme() -> None:
    """Messages name them by their titles."""
    titles = re.findall(r"(?m)^## (.*)$", README)

    assert {"In pytest", "Add your own", "Work on it"} <= set(titles)


def test_every_file_that_contributing_names_is_there() -> None:
    """NAME stands for a file of the reader's own, in a folder that is there."""
    named = set(re.findall(r"`((?:src|tests|bench|results)/[\w/.-]*)`", CONTRIBUTING))

    assert len(named) > 10
    for each in named:
        path = ROOT / each
        assert path.exists() or (path.stem == "NAME" and path.parent.is_dir()), each
