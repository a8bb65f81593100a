"""Answers to realistic needs, for tests of what shows them."""

from dataclasses import replace

from savebench.summary.advice import Answer, Needs, advise
from tests.summary.advice.measured import SETS, facts

HOSTILE = "<script>alert(1)</script>|[x](y).pkl"


def answer(model: str, source: str = "", **asked: object) -> Answer:
    """Return the answer for one of the models (`measured.SETS`) and needs as people write them."""
    known = facts(model)
    known = replace(known, source=source or known.source)
    return advise(SETS[model], Needs.of(**asked), known)  # type: ignore[arg-type] # of strings
