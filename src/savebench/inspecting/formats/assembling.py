"""What a reader of a format gathers until it is done, or until the file breaks off."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from savebench.inspecting.drafts import Draft, every_draft, frozen
from savebench.inspecting.faults import Damaged
from savebench.inspecting.found import Container, Inspection, Named
from savebench.inspecting.opened import Opened
from savebench.inspecting.sampling import Sampler

_LARGE_BYTES = 1024


class Report:
    """What is known of a file so far."""

    def __init__(self, opened: Opened, container: Container) -> None:
        """Begin with what the file itself says."""
        self.opened = opened
        self.container: Container = container
        self.root: Draft | None = None
        self.notes: list[str] = []
        self.left_out: list[str] = []
        self.written_by: dict[str, str] = {}
        self.classes: tuple[str, ...] = ()
        self.names: tuple[Named, ...] = ()
        self.distrust: list[str] = []
        self.protocol: int | None = None
        self.missing: dict[str, str] = {}
        self.damage = ""
        self.more_bytes = 0
        """Of further files that belong to it."""
        self._digests: dict[bytes, str] = {}

    @contextmanager
    def catching(self) -> Iterator[None]:
        """Keep what was read where the rest is damaged, whatever the reader stumbles over."""
        try:
            yield
        except Damaged as fault:
            self.damage = str(fault)
        except Exception as fault:  # noqa: BLE001 - hostile bytes: what is not foreseen is damage
            said = " ".join(str(fault).split())[:120]
            self.damage = f"contradicts itself ({type(fault).__name__}: {said}); get a whole copy"

    def mark_equal(self, draft: Draft, sampler: Sampler) -> None:
        """Note of an array whether one before it holds the same bytes."""
        if draft.array is None or sampler.size < _LARGE_BYTES:
            return
        earlier = self._digests.setdefault(sampler.digest, draft.path)
        if earlier != draft.path:
            draft.array = replace(draft.array, same_as=earlier)

    def inspection(self) -> Inspection:
        """Return all of it; the tree's own bytes make up for what no part accounts for."""
        size = self._unpacked()
        root = None
        if self.root is not None:
            known = sum(each.bytes for each in every_draft(self.root))
            self.root.bytes += max(0, size - known)
            root = frozen(self.root)
        return Inspection(
            source=str(self.opened.path),
            container=self.container,
            compression=self.opened.compression,
            protocol=self.protocol,
            file_bytes=self.opened.file_bytes + self.more_bytes,
            uncompressed_bytes=max(size, root.bytes if root is not None else 0),
            written_by=self.written_by,
            globals=self.names,
            classes=self.classes,
            missing=self.missing,
            root=root,
            notes=tuple(self.notes),
            left_out=tuple(self.left_out),
            damage=self.damage,
            distrust=tuple(self.distrust),
        )

    def _unpacked(self) -> int:
        try:
            return self.opened.size
        except Damaged as fault:
            self.damage = self.damage or str(fault)
            return self.opened.file_bytes
