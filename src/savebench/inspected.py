"""What inspecting returns: it prints, tabulates, draws, and shows itself in a notebook."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from savebench.errors import UsageError
from savebench.inspecting.found import Inspection
from savebench.report.console import text_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from rich.console import Console


@dataclass(frozen=True, slots=True)
class Inspected:
    """What is in a file or an object: see `inspection` for all of it, as values."""

    inspection: Inspection

    @property
    def trusted(self) -> bool:
        """Whether everything that loading the file would run is on the reviewed list."""
        return self.inspection.trusted

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a part: path, type, bytes, share (0 to 1), dtype, shape, what it is for.

        Further columns: how many are told as one, depth, order, what a fast codec leaves of a
        sample, and the path of an earlier array with the same bytes.
        """
        from savebench.report.inspection.frame import to_frame

        return to_frame(self.inspection)

    def to_json(self) -> str:
        """Return the object that ``savebench inspect --json`` prints, as text."""
        from savebench.inspecting.as_json import as_object

        return msgspec.json.encode(as_object(self.inspection)).decode()

    def plot(self) -> "Figure":
        """Return a treemap: an area a part, striped where predict does not read it.

        Raises
        ------
        UsageError
            When there is no part to draw.
        """
        import matplotlib as mpl

        from savebench.report.drawing.style import RC
        from savebench.report.inspection.treemap import treemap

        with mpl.rc_context(rc=RC):
            plot = treemap(self.inspection)
        if plot is None:
            raise UsageError(f"{self.inspection.source}: nothing in it could be read to be drawn")
        return plot.figure

    def write_report(self, folder: Path | str) -> Path:
        """Write ``inspection.md`` and its treemap into a folder; return the page's path.

        Raises
        ------
        UsageError
            When the folder cannot be written.
        """
        from savebench.report.inspection.markdown import write_page

        try:
            return write_page(self.inspection, Path(folder))
        except OSError as error:
            raise UsageError(
                f"{folder}: cannot write the report ({error.strerror}); name another folder"
            ) from error

    def __str__(self) -> str:
        """Return what the command line prints."""
        return text_of(self.print_to)

    def __repr__(self) -> str:
        """Return what the command line prints: it stands for itself in a console, too."""
        return str(self)

    def print_to(self, console: "Console") -> None:
        """Print facts, what speaks against loading it, the tree, the largest parts and notes."""
        from savebench.report.inspection.terminal import show

        show(self.inspection, console)

    def _repr_html_(self) -> str:
        """Return facts, treemap and tables as a notebook shows them."""
        from savebench.report.inspection.html import inspection_html

        return inspection_html(self.inspection)
