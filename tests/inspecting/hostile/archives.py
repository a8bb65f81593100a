"""Archives made entry by entry."""

import zipfile
from pathlib import Path

from tests.inspecting.hostile.kinds import Writer


def zipped(entries: dict[str, bytes], called: str) -> Writer:
    """Return a writer of an archive with these entries, under names as they stand."""

    def write(folder: Path, _: str) -> Path:
        with zipfile.ZipFile(folder / called, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in entries.items():
                archive.writestr(zipfile.ZipInfo(name), content)
        return folder / called

    return write
