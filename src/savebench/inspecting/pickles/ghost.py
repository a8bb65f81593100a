"""Raw bytes that are opcodes to another loader: joblib passes over what pickle would run."""

import pickletools
import re
import struct

_IMPORT = re.compile(
    rb"[ci](?:[A-Za-z_][\w.]{0,100})\n(?:[A-Za-z_][\w.]{0,100})\n"  # GLOBAL, INST
    rb"|\x8c.[A-Za-z_][\w.]{0,100}\x94?\x8c.[A-Za-z_][\w.]{0,100}\x94?\x93"  # STACK_GLOBAL
    rb"|X.\0\0\0[A-Za-z_][\w.]{0,100}(?:\x94|q.)?X.\0\0\0[A-Za-z_][\w.]{0,100}(?:\x94|q.)?\x93",
    re.DOTALL,
)


def would_run(raw: bytes) -> bool:
    """Whether bytes hold an import as pickle spells it; by chance arrays hold none."""
    return _IMPORT.search(raw) is not None


_TEXTS = frozenset(
    {"STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "SHORT_BINUNICODE", "BINUNICODE"}
    | {"BINUNICODE8", "GET", "BINGET", "LONG_BINGET", "DUP", "REDUCE"}
)
_CALLS = frozenset({"REDUCE", "OBJ", "NEWOBJ", "NEWOBJ_EX", "BUILD"})
_NAMES = 2
"""Module and name."""


def would_go_on(raw: bytes) -> bool:
    """Whether bytes, read as opcodes from the first on, import something and call it.

    A loader that knows nothing of joblib goes on there. Two texts or remembered values, an import
    and a call in a row of valid opcodes: by chance not one array in a million begins so.
    """
    texts, imports = 0, False
    try:
        for opcode, _, _ in pickletools.genops(raw):
            texts += opcode.name in _TEXTS
            if imports and opcode.name in _CALLS:
                return True
            imports = imports or opcode.name == "GLOBAL"
            imports = imports or (opcode.name == "STACK_GLOBAL" and texts >= _NAMES)
    except (ValueError, IndexError, OverflowError, struct.error):
        return False
    return False
