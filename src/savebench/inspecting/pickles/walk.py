"""All opcodes in one table, and a walk over one stream: its first pickle, then what follows it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from savebench.inspecting.faults import Damaged
from savebench.inspecting.pickles import containers, joblibs, objects, plain
from savebench.inspecting.pickles.ghost import would_run
from savebench.inspecting.pickles.machine import Beside, Handler, Machine
from savebench.inspecting.pickles.session import Session
from savebench.inspecting.pickles.values import UNKNOWN
from savebench.inspecting.streams import Stream

HANDLERS: list[Handler | None] = [None] * 256
for _table in (plain.OPCODES, containers.OPCODES, objects.OPCODES):
    for _opcode, _handler in _table.items():
        HANDLERS[_opcode[0]] = _handler

_MORE_PICKLES = 1000
_LOOKED_AT = 1 << 16
"""So many bytes behind the last pickle are looked at."""


@dataclass(frozen=True, slots=True)
class Walked:
    """What one stream of pickles held."""

    value: Any
    """What the first pickle makes, as far as it was followed."""
    size: int
    """Bytes of the first pickle."""
    opcodes: int
    protocol: int
    damage: str
    complete: bool
    """The first pickle came to its end."""


def walk(
    stream: Stream,
    session: Session,
    beside: Beside,
    buffers: Iterator[Any] | None = None,
) -> Walked:
    """Follow a stream of pickles to its end; what is damaged is told, not raised."""
    machine = Machine(stream, session, beside)
    machine.after_build = joblibs.after_build
    machine.buffers = buffers
    damage, complete, value = "", False, UNKNOWN
    try:
        value = machine.run(HANDLERS)
        complete = True
    except Damaged as fault:
        damage = str(fault)
        value = machine.stack[0] if machine.stack else UNKNOWN
    except RecursionError:
        damage = "it nests deeper than can be followed; do not load it"
    size = stream.tell()
    if complete:
        damage = _rest(stream, session, beside)
    protocol = max(machine.needs, session.protocol)
    return Walked(value, size, machine.opcodes, protocol, damage, complete)


def _rest(stream: Stream, session: Session, beside: Beside) -> str:
    """Look at what follows the first pickle, which loaders leave alone; return what is damaged."""
    count = 0
    start = stream.tell()
    while count < _MORE_PICKLES and not stream.at_end():
        machine = Machine(stream, session, beside)
        machine.after_build = joblibs.after_build
        try:
            machine.run(HANDLERS)
        except Damaged:
            break
        count += 1
    if would_run(stream.peek(_LOOKED_AT)):
        session.suspect(f"code to a loader stands behind its end, from byte {stream.tell():,} on")
    if count:
        session.note(
            f"{count:,} more pickles follow the first from byte {start:,} on; loaders read the "
            "first, a second call the next; what they name is listed too"
        )
    left = stream.tell()
    stream.drain()
    if stream.tell() > left:
        session.note(f"{stream.tell() - left:,} bytes follow the pickle, which no loader reads")
    return str(stream.fault) if stream.fault is not None else ""
