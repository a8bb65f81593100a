"""Opcodes that push plain values: numbers, texts, bytes; and those of memo, marks and frames."""

import codecs
import struct
from typing import Any

from savebench.inspecting.limits import KEPT_BYTES
from savebench.inspecting.pickles.content import Content
from savebench.inspecting.pickles.machine import Handler, Machine
from savebench.inspecting.pickles.values import FLOAT, INT, Blob

_LONGEST_INT = 64
_LATEST = 5
_PYTHON2 = "2"


def _none(m: Machine) -> None:
    m.push(None)


def _true(m: Machine) -> None:
    m.push(True)  # noqa: FBT003 - a value


def _false(m: Machine) -> None:
    m.push(False)  # noqa: FBT003 - a value


def _binint(m: Machine) -> None:
    stream = m.stream
    pos = stream.pos
    stream.pos = pos + 4
    m.push(int.from_bytes(stream.buf[pos : pos + 4], "little", signed=True))


def _binint1(m: Machine) -> None:
    stream = m.stream
    m.stack.append(stream.buf[stream.pos])
    m.starts.append(m.at)
    stream.pos += 1


def _binint2(m: Machine) -> None:
    stream = m.stream
    pos = stream.pos
    stream.pos = pos + 2
    m.push(int.from_bytes(stream.buf[pos : pos + 2], "little"))


def _int_line(m: Machine) -> None:
    line = m.stream.line()
    if line in {b"00", b"01"}:
        m.push(line == b"01")
        return
    m.push(_number(m, line, 0))


def _long_line(m: Machine) -> None:
    m.push(_number(m, m.stream.line().removesuffix(b"L"), 10))


def _number(m: Machine, line: bytes, base: int) -> Any:
    if len(line) > _LONGEST_INT:
        return INT
    try:
        return int(line, base)
    except ValueError:
        raise m.fault("a number is none") from None


def _long1(m: Machine) -> None:
    _long(m, m.stream.take(1)[0])


def _long4(m: Machine) -> None:
    _long(m, _signed(m))


def _long(m: Machine, size: int) -> None:
    if size > _LONGEST_INT:
        m.stream.skip(size)
        m.push(INT)
    else:
        m.push(int.from_bytes(m.stream.take(size), "little", signed=True))


def _signed(m: Machine) -> int:
    """Return a length that old opcodes store with a sign."""
    (size,) = struct.unpack("<i", m.stream.take(4))
    if size < 0:
        raise m.fault("a length is negative")
    return int(size)


def _unsigned(m: Machine, width: int) -> int:
    return int.from_bytes(m.stream.take(width), "little")


def _binfloat(m: Machine) -> None:
    m.stream.pos += 8
    m.push(FLOAT)


def _float_line(m: Machine) -> None:
    try:
        float(m.stream.line())
    except ValueError:
        raise m.fault("a number is none") from None
    m.push(FLOAT)


def _short_text(m: Machine) -> None:
    stream = m.stream
    pos = stream.pos
    size = stream.buf[pos]
    end = pos + 1 + size
    if end > len(stream.buf):
        stream.pos = pos + 1
        raw = stream.take(size)
    else:
        raw = stream.buf[pos + 1 : end]
        stream.pos = end
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = _half_pairs(m, raw)
    m.stack.append(text)
    m.starts.append(m.at)


def _half_pairs(m: Machine, raw: bytes) -> str:
    """Return a text that holds halves of surrogate pairs, which pickle lets pass."""
    try:
        return raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        raise m.fault("a text is not UTF-8") from None


def _text(m: Machine, size: int) -> None:
    raw = m.raw(size, "str")
    m.push(raw if isinstance(raw, Blob) else _half_pairs(m, raw))


def _text4(m: Machine) -> None:
    _text(m, _unsigned(m, 4))


def _text8(m: Machine) -> None:
    _text(m, _unsigned(m, 8))


def _text_line(m: Machine) -> None:
    """Push a text of protocol 0, whose line may be as long as an array."""
    value = _long_line_of(m, "str")
    m.push(value.decode("raw-unicode-escape", "replace") if isinstance(value, bytes) else value)


def _string_line(m: Machine) -> None:
    """Push a string of Python 2, protocol 0: quoted and escaped."""
    m.session.hints["python"] = _PYTHON2
    value = _long_line_of(m, "bytes")
    m.push(_unquoted(m, value) if isinstance(value, bytes) else value)


def _unquoted(m: Machine, line: bytes) -> str | bytes:
    """Return what a quoted and escaped string says."""
    quoted = line.strip()
    if len(quoted) < 2 or quoted[:1] not in {b"'", b'"'} or quoted[-1:] != quoted[:1]:  # noqa: PLR2004
        raise m.fault("a string is not quoted")
    try:
        return _either(codecs.escape_decode(quoted[1:-1])[0])
    except ValueError:
        raise m.fault("a string's escapes make no sense") from None


def _long_line_of(m: Machine, type_: str) -> bytes | Blob:
    """Return a line, or what is known of a long one, without holding it."""
    stream = m.stream
    stream.fill(KEPT_BYTES)
    end = stream.buf.find(b"\n", stream.pos)
    if 0 <= end <= stream.pos + KEPT_BYTES:
        return stream.line()
    content, size = Content(1 << 30, m.session), 0
    while end < 0:
        piece = len(stream.buf) - stream.pos
        stream.skip(piece, content.update)
        size += piece
        if not stream.fill(1):
            raise stream.broken_off()
        end = stream.buf.find(b"\n", stream.pos)
    size += end - stream.pos
    stream.skip(end - stream.pos, content.update)
    stream.pos += 1
    return Blob(type_, size, content.digest)


def _either(raw: bytes) -> str | bytes:
    """Return a string of Python 2 as text where it is ASCII."""
    return raw.decode("ascii") if raw.isascii() else raw


def _binstring(m: Machine) -> None:
    m.session.hints["python"] = _PYTHON2
    value = m.raw(_signed(m), "bytes")
    m.push(value if isinstance(value, Blob) else _either(value))


def _short_binstring(m: Machine) -> None:
    m.session.hints["python"] = _PYTHON2
    m.push(_either(m.stream.take(_unsigned(m, 1))))


def _bytes4(m: Machine) -> None:
    m.need(3)
    m.push(m.raw(_unsigned(m, 4), "bytes"))


def _short_bytes(m: Machine) -> None:
    m.need(3)
    m.push(m.stream.take(_unsigned(m, 1)))


def _bytes8(m: Machine) -> None:
    m.need(4)
    m.push(m.raw(_unsigned(m, 8), "bytes"))


def _bytearray8(m: Machine) -> None:
    m.need(5)
    m.push(m.raw(_unsigned(m, 8), "bytearray"))


def _proto(m: Machine) -> None:
    version = m.stream.take(1)[0]
    if version > _LATEST:
        raise m.fault(f"its protocol {version} is none that Python knows (0 to {_LATEST})")
    m.proto = version
    m.need(version)


def _frame(m: Machine) -> None:
    m.need(4)
    if m.stream.tell() < m.frame_end:
        raise m.fault("a frame begins within another")
    size = _unsigned(m, 8)
    m.frame_end = m.stream.tell() + size


def _stop(m: Machine) -> bool:
    if not m.stack:
        raise m.fault("it ends without having made anything")
    if m.frame_end > m.stream.tell():
        raise m.fault("a frame promises more bytes than follow")
    return True


def _mark(m: Machine) -> None:
    m.marks.append(len(m.stack))


def _pop(m: Machine) -> None:
    if m.marks and m.marks[-1] == len(m.stack):
        m.marks.pop()
        return
    m.stack.pop()
    m.starts.pop()


def _pop_mark(m: Machine) -> None:
    mark = m.mark()
    del m.stack[mark:]
    del m.starts[mark:]


def _dup(m: Machine) -> None:
    m.push(m.shared(m.stack[-1]))


def _get_line(m: Machine) -> None:
    m.push(m.get(_index(m)))


def _put_line(m: Machine) -> None:
    m.put(_index(m), m.stack[-1])


def _index(m: Machine) -> int:
    line = m.stream.line()
    if len(line) > 20 or not line.strip().isdigit():  # noqa: PLR2004 - digits of 2**64
        raise m.fault("a place in the memo is no number")
    return int(line)


def _get1(m: Machine) -> None:
    stream = m.stream
    index = stream.buf[stream.pos]
    stream.pos += 1
    m.push(m.memo[index] if index < len(m.memo) else m.get(index))


def _get4(m: Machine) -> None:
    m.push(m.get(_unsigned(m, 4)))


def _put1(m: Machine) -> None:
    stream = m.stream
    m.put(stream.buf[stream.pos], m.stack[-1])
    stream.pos += 1


def _put4(m: Machine) -> None:
    m.put(_unsigned(m, 4), m.stack[-1])


def _memoize(m: Machine) -> None:
    m.put(len(m.memo) + len(m.far), m.stack[-1])


def _next_buffer(m: Machine) -> None:
    m.need(5)
    if m.buffers is None:
        raise m.fault("its arrays were kept outside (pickle protocol 5, out of band)")
    found = next(m.buffers, None)
    if found is None:
        raise m.fault("more buffers are asked for than there are")
    m.push(found)


def _readonly_buffer(m: Machine) -> None:
    m.need(5)
    m.stack[-1]


OPCODES: dict[bytes, Handler] = {
    b"N": _none,
    b"\x88": _true,
    b"\x89": _false,
    b"J": _binint,
    b"K": _binint1,
    b"M": _binint2,
    b"I": _int_line,
    b"L": _long_line,
    b"\x8a": _long1,
    b"\x8b": _long4,
    b"F": _float_line,
    b"G": _binfloat,
    b"V": _text_line,
    b"X": _text4,
    b"\x8c": _short_text,
    b"\x8d": _text8,
    b"S": _string_line,
    b"T": _binstring,
    b"U": _short_binstring,
    b"B": _bytes4,
    b"C": _short_bytes,
    b"\x8e": _bytes8,
    b"\x96": _bytearray8,
    b"\x97": _next_buffer,
    b"\x98": _readonly_buffer,
    b"\x80": _proto,
    b"\x95": _frame,
    b".": _stop,
    b"(": _mark,
    b"0": _pop,
    b"1": _pop_mark,
    b"2": _dup,
    b"g": _get_line,
    b"h": _get1,
    b"j": _get4,
    b"p": _put_line,
    b"q": _put1,
    b"r": _put4,
    b"\x94": _memoize,
}
