"""A notebook as a person runs and reads it: by a kernel, as a page, in a browser."""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbconvert import HTMLExporter

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_QUIET = (
    "--headless",
    "--no-sandbox",  # a container's root has no other way
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # no test reaches the network
    "--virtual-time-budget=3000",
)
_MEASURE = """
<script>
addEventListener("load", () => {
  document.querySelectorAll("details").forEach(each => each.open = true);
  const shown = [...document.querySelectorAll(".jp-RenderedHTMLCommon")];
  const ground = each => {
    const colour = getComputedStyle(each).backgroundColor;
    const seen = !/^rgba\\(.*, 0\\)$/.test(colour);
    return seen || !each.parentElement ? colour : ground(each.parentElement);
  };
  const found = {
    page: document.documentElement.scrollWidth - innerWidth,
    outputs: shown.map(each => each.scrollWidth - each.clientWidth),
    images: [...document.images].map(each => each.naturalWidth),
    texts: [...document.querySelectorAll(".jp-OutputArea-output :is(td, th, p, li, pre, caption)")]
      .map(each => [getComputedStyle(each).color, ground(each)]),
  };
  const told = document.createElement("output");
  told.id = "measured";
  told.textContent = JSON.stringify(found);
  document.body.append(told);
});
</script>
"""


def executed(cells: Sequence[str], folder: Path) -> Any:
    """Return a notebook of these cells with what a kernel made of them, run in a folder."""
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells)))
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=resources).execute()
    return notebook


def results_of(notebook: Any) -> list[Mapping[str, str]]:
    """Return what each cell that has a result shows, by kind: ``text/html``, ``text/plain``."""
    return [
        output["data"]
        for cell in notebook.cells
        for output in cell.outputs
        if output["output_type"] == "execute_result"
    ]


def printed_by(notebook: Any) -> str:
    """Return what its cells printed on stdout."""
    outputs = [output for cell in notebook.cells for output in cell.outputs]
    return "".join(each["text"] for each in outputs if each.get("name") == "stdout")


@dataclass(frozen=True, slots=True)
class Page:
    """What a browser makes of a notebook's page, all that can be opened opened."""

    title: str
    too_wide: int
    """Pixels by which the page, or an output in it, is wider than its room."""
    images: list[int]
    """Their widths; 0 for one that is none."""
    contrast: float
    """The least of any text with what is behind it: 1 to 21, as WCAG 2 has it."""


def browser() -> str | None:
    """Return where there is a browser, if anywhere."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def page_of(notebook: Any, path: Path, theme: str) -> Path:
    """Write a notebook as a page, light or dark, with a script that measures it."""
    body, _ = HTMLExporter(theme=theme).from_notebook_node(notebook)
    path.write_text(body.replace("</body>", f"{_MEASURE}</body>"))
    return path


def looked_at(page: Path, width: int) -> Page:
    """Open a page in a window of some width."""
    dom = _browse(page, width, "--dump-dom")
    found = re.search('<output id="measured">(.*?)</output>', dom)
    title = re.search("<title>(.*?)</title>", dom)
    if found is None or title is None:
        raise AssertionError(f"the page's script did not run: {dom[-500:]}")
    told = json.loads(found[1])
    return Page(
        title=title[1],
        too_wide=max(told["page"], *told["outputs"]),
        images=told["images"],
        contrast=min(_contrast(*map(_luminance, each)) for each in told["texts"]),
    )


def drawn(page: Path, picture: Path, width: int, height: int) -> Path:
    """Draw a page into a picture."""
    _browse(page, width, f"--screenshot={picture}", height)
    return picture


def _browse(page: Path, width: int, what: str, height: int = 900) -> str:
    profile = page.with_suffix(".profile")
    command = [browser() or "", *_QUIET, f"--user-data-dir={profile}", what]
    command += [f"--window-size={width},{height}", page.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def _luminance(colour: str) -> float:
    parts = [int(each) / 255 for each in re.findall(r"\d+", colour)[:3]]
    linear = [each / 12.92 if each <= 0.04 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(text: float, ground: float) -> float:
    return (max(text, ground) + 0.05) / (min(text, ground) + 0.05)
