"""An inspection as a table, a row a part."""

from typing import TYPE_CHECKING

from savebench.inspecting.found import Inspection
from savebench.inspecting.tree import every_part
from savebench.report.inspection.words import share_of

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    *("path", "type", "bytes", "share", "dtype", "shape", "what"),
    *("count", "depth", "order", "shrinks_to", "same_as"),
)


def to_frame(inspection: Inspection) -> "pd.DataFrame":
    """Return one row a part, in the order of the tree; what a part has not is missing.

    `bytes` are of all below a part, too; `share` is of the whole, from 0 to 1.
    """
    import pandas as pd

    rows = []
    for depth, part in every_part(inspection.root):
        array = part.array
        rows.append(
            (
                part.path,
                part.type,
                part.bytes,
                share_of(part.bytes, inspection.root),
                array.dtype if array is not None else None,
                array.shape if array is not None else None,
                part.what,
                part.count,
                depth,
                array.order if array is not None else None,
                array.shrinks_to if array is not None else None,
                array.same_as if array is not None else None,
            )
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))
