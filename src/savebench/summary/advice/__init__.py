"""From measured candidates and a person's needs to an answer; nothing here measures."""

from savebench.summary.advice.answer import AdviceRow, Answer, advise
from savebench.summary.advice.candidates import Candidate, Estimate, Facts
from savebench.summary.advice.costs import Basis, Cost, basis_of, cost_of
from savebench.summary.advice.dropping import drops_of
from savebench.summary.advice.needs import Needs
from savebench.summary.advice.otherwise import Otherwise

__all__ = [
    "AdviceRow",
    "Answer",
    "Basis",
    "Candidate",
    "Cost",
    "Estimate",
    "Facts",
    "Needs",
    "Otherwise",
    "advise",
    "basis_of",
    "cost_of",
    "drops_of",
]
