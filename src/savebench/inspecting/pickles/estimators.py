"""Which values of a file may be asked for an answer in an estimator's place."""

import re
from typing import Any

from savebench.inspecting.pickles.values import Global, Node, Opaque, items_of
from savebench.inspecting.trust import TYPE

WORDS = frozenset({str, bool, int})
PAIR = 2
_FAMILIES = ("sklearn.", "imblearn.", "lightgbm.sklearn", "xgboost.sklearn")
_OWN_STATES = re.compile(r"(dist_metrics|ball_tree|kd_tree|seq_dataset|typedefs)$")


def fills_dict(made: Global) -> bool:
    """Whether the type's state is put into its ``__dict__``, as BaseEstimator does."""
    plain = made.module.startswith(_FAMILIES) and made.role.partition("+")[0] == TYPE
    return plain and not _OWN_STATES.search(made.module)


def is_estimator(value: Any) -> bool:
    """Whether a value is an object of a listed estimator, one not listed at all, or a word."""
    if isinstance(value, Node | Opaque):
        made = value.made
        return made is not None and (not made.role or fills_dict(made))
    return value is None or value.__class__ in WORDS


def may_stand_in_list(value: Any, *, is_kept: bool) -> bool:
    """Whether a value among a list's is an estimator, or a pair that names one.

    A list within is looked into later, if it is kept.
    """
    parts = items_of(value)
    if parts is not None:
        return len(parts) >= PAIR and is_estimator(parts[1])
    if isinstance(value, Node) and value.type == "list" and value.made is None:
        return is_kept
    return is_estimator(value)
