"""The gate's studies as markdown tables."""

from pathlib import Path


def tables(folder: Path) -> str:
    """Return the tables of the studies that a folder holds."""
    return str(folder)
