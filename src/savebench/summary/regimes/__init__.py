"""What to take by what matters: the size of the model, its kind, and the use that is made of it.

A *cell* is one size class, one kind and one use. Its models are summed up in one typical model
(`typical`), and of the ways to save that one the row is chosen as `advise` chooses it for a
person's own (`cells`). Where a workload was measured in several sizes, `crossovers` says from which
size on one row wins over another.
"""

from savebench.summary.regimes.cells import Cell, Missing, Price
from savebench.summary.regimes.crossovers import Crossover
from savebench.summary.regimes.decision import Regimes, regimes_of
from savebench.summary.regimes.uses import USES, Use, UseName

__all__ = [
    "USES",
    "Cell",
    "Crossover",
    "Missing",
    "Price",
    "Regimes",
    "Use",
    "UseName",
    "regimes_of",
]
