"""savebench from Python: measure, compare, follow.

Each function takes what the verb of the same name takes on the command line, by the same names and
with the same defaults. A duration is text (``"90s"``, ``"2min"``) or a number of seconds, a share
text (``"3%"``) or a number from 0 to 1 (``0.03``), a size text (``"8GB"``) or a number of bytes, a
folder text or a path; where several names or globs can be given, one alone is one.
"""

from savebench.api.claiming import claims
from savebench.api.comparing import ab, compare, resume_ab
from savebench.api.following import load_history
from savebench.api.measuring import load_run, run
from savebench.api.own import advise, inspect

__all__ = [
    "ab",
    "advise",
    "claims",
    "compare",
    "inspect",
    "load_history",
    "load_run",
    "resume_ab",
    "run",
]
