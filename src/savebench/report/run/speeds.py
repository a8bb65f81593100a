"""How near large models come to the floor: bytes a second, and multiples of what must be.

From some hundred megabytes on, page faults and memory bandwidth decide, and a time says little
without them. A speed is the model's pickled size over the median time, for every row alike: a row
that is twice as quick shows twice the speed, however small its file. The floor of dumps is a raw
copy of the arrays into a file, that of loads reading a file of the model's bytes; floors are never
ranked with what gives a model back.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from savebench.report.run.blocks import Block, Line
from savebench.summary import SummaryRow

RAW_COPY = "raw-copy"
READ_FILE = "read-file"
_FROM_BYTES = 96 * 10**6
"""128 MB, less the quarter by which a model may miss the size of its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast one operation was."""

    bytes_per_s: float
    """Of the model, pickled."""
    of_floor: float | None
    """Its time, in times of the floor's; None where no floor was measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """One serializer's paces."""

    serializer: str
    is_floor: bool
    dump: Pace | None
    dump_sync: Pace | None
    load: Pace | None
    """With the first answer; of a floor the load alone."""
    cold: Pace | None
    """The same, the file evicted from the page cache before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedTable:
    """One large model's serializers, in the order of its block, floors last."""

    model: str
    model_bytes: int
    dump_floor: str
    """The row that is the floor of dumps; empty where none was measured."""
    load_floor: str
    speeds: tuple[Speed, ...]


def speed_tables(blocks: Iterable[Block]) -> list[SpeedTable]:
    """Return a table for each model of 128 MB and more that gave a time."""
    tables = [_table(block, block.model_bytes) for block in blocks if block.model_bytes]
    return [each for each in tables if each.model_bytes >= _FROM_BYTES and each.speeds]


def _table(block: Block, model_bytes: int) -> SpeedTable:
    lines = [line for group in block.groups for line in group.lines]
    floors = {line.serializer: line for line in lines if line.kind == "floor"}
    dump_floor = floors.get(RAW_COPY)
    load_floor = floors.get(READ_FILE) or floors.get(RAW_COPY)
    loads = load_floor.ranking if load_floor is not None else None
    cold_loads = load_floor.cold if load_floor is not None else None

    def pace(row: SummaryRow | None, floor: SummaryRow | None) -> Pace | None:
        if row is None or not row.median:
            return None
        of_floor = row.median / floor.median if floor is not None and floor.median else None
        return Pace(bytes_per_s=model_bytes / row.median, of_floor=of_floor)

    def dumps(line: Line, metric: str) -> Pace | None:
        floor = dump_floor.metrics.get(metric) if dump_floor is not None else None
        return pace(line.metrics.get(metric), floor)

    return SpeedTable(
        model=block.model,
        model_bytes=model_bytes,
        dump_floor=dump_floor.serializer if dump_floor else "",
        load_floor=load_floor.serializer if load_floor else "",
        speeds=tuple(
            Speed(
                serializer=line.serializer,
                is_floor=line.kind == "floor",
                dump=dumps(line, "dump_s"),
                dump_sync=dumps(line, "dump_sync_s"),
                load=pace(line.ranking, loads),
                cold=pace(line.cold, cold_loads),
            )
            for line in lines
        ),
    )
