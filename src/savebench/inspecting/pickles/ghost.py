"""Raw bytes that are opcodes to another loader: joblib passes over what pickle would run."""

import re

_IMPORT = re.compile(
    rb"[ci](?:[A-Za-z_][\w.]{0,100})\n(?:[A-Za-z_][\w.]{0,100})\n"  # GLOBAL, INST
    rb"|\x8c.[A-Za-z_][\w.]{0,100}\x94?\x8c.[A-Za-z_][\w.]{0,100}\x94?\x93"  # STACK_GLOBAL
    rb"|X.\0\0\0[A-Za-z_][\w.]{0,100}(?:\x94|q.)?X.\0\0\0[A-Za-z_][\w.]{0,100}(?:\x94|q.)?\x93",
    re.DOTALL,
)


def would_run(raw: bytes) -> bool:
    """Whether bytes hold an import as pickle spells it; by chance arrays hold none."""
    return _IMPORT.search(raw) is not None
