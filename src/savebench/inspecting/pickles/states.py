"""What a state may be and say: it decides what loading looks up, and what answering runs later."""

import re
from collections.abc import Iterator
from typing import Any

from savebench.inspecting.pickles.containers import is_dunder
from savebench.inspecting.pickles.estimators import (
    PAIR,
    WORDS,
    fills_dict,
    is_estimator,
    may_stand_in_list,
)
from savebench.inspecting.pickles.machine import Machine
from savebench.inspecting.pickles.values import Array, Global, Node, Opaque, items_of, type_of
from savebench.inspecting.trust import LATER

_KEYED = frozenset({"dict", "tuple", "object"})
_METHODS = frozenset(
    {"auto", "default", "predict", "predict_proba", "predict_log_proba", "decision_function"}
    | {"transform", "fit_transform", "fit_predict", "score", "score_samples", "kneighbors"}
    | {"apply", "staged_predict", "staged_predict_proba", "predict_joint_log_proba"}
    | {"inplace_predict"}
)
_METHOD_KEYS = frozenset(
    {"stack_method", "stack_method_", "response_method", "_response_method"}
    | {"chain_method", "chain_method_"}
)
_CALLED_BY_ANSWERING = frozenset({"tokenizer", "preprocessor", "analyzer", "metric", "kernel"})
_ONE_WITHIN = frozenset(
    {"estimator", "estimator_", "base_estimator", "base_estimator_", "final_estimator"}
    | {"final_estimator_", "best_estimator_", "regressor", "regressor_"}
)
_MANY_WITHIN = frozenset(
    {"estimators", "estimators_", "steps", "transformers", "transformers_", "transformer_list"}
)
_VECTORIZERS = frozenset({"CountVectorizer", "TfidfVectorizer", "HashingVectorizer"})
_ATTRIBUTES = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*){0,5}")


def check_state(m: Machine, target: Any, state: Any) -> None:
    """Look for what a state would change in what Python, or the model's answer, does."""
    made = target.made if isinstance(target, Node | Opaque) else None
    if made is not None and made.name == "defaultdict":
        m.session.suspect(f"it sets attributes of a defaultdict, at byte {m.at:,}")
    if isinstance(state, Node | Opaque) and state.made is not None:
        m.session.suspect(
            f"the state of a {type_of(target)} is a {state.type}, which would be asked, "
            f"at byte {m.at:,}"
        )
    elif made is not None and fills_dict(made) and not _is_dict_state(state):
        m.session.suspect(f"the state of a {type_of(target)} is no dict, at byte {m.at:,}")
    _check_keys(m, state)
    if made is not None:
        for part in _dicts_of(state):
            for problem in _problems(made, part):
                m.session.suspect(f"{problem}, at byte {m.at:,}")


def _is_dict_state(state: Any) -> bool:
    """Whether a state is a dict that the file spells out, or a pair of such or none."""
    parts = items_of(state)
    if parts is not None and len(parts) == PAIR:
        return all(part is None or _is_dict(part) for part in parts)
    return state is None or _is_dict(state)


def _is_dict(value: Any) -> bool:
    return isinstance(value, Node) and value.type == "dict" and value.made is None


def _dicts_of(state: Any) -> Iterator[Node]:
    parts = items_of(state)
    for each in parts if parts is not None and len(parts) == PAIR else (state,):
        if isinstance(each, Node) and each.type == "dict":
            yield each


def _check_keys(m: Machine, state: Any) -> None:
    """Look for keys in a state that would change what Python does with the object."""
    parts = items_of(state)
    for each in parts if parts is not None and len(parts) == PAIR else (state,):
        if isinstance(each, Node) and each.odd:
            what = each.odd if is_dunder(each.odd) else each.odd[:60]
            m.session.suspect(f"it sets {what} of an object, at byte {m.at:,}")
        elif _is_hidden(each):
            m.session.suspect(f"it sets attributes that only loading would tell, at byte {m.at:,}")


def _is_hidden(state: Any) -> bool:
    """Whether a state is a dict, or a tuple of such, of which the keys were not seen."""
    if isinstance(state, Opaque):
        return state.type in _KEYED or state.made is not None
    made = state.made if isinstance(state, Node) else None
    return made is not None and (made.name == "dict" or "+items" in made.role)


def _problems(made: Global, state: Node) -> Iterator[str]:
    """Yield what a state says that would have answering reach methods, functions or files."""
    for key, value in (state.known or {}).items():
        if key in _METHOD_KEYS and not _names_methods(value):
            yield f"{key} of a {made.name} names what is no method of an estimator"
        elif key in {"func", "inverse_func"} and not _is_later(value):
            yield f"{key} of a {made.name} was not reviewed to be called on what a model is asked"
        elif key in _METHODS and _is_function(value):
            yield f"{key} of a {made.name} is a function of the file's in the place of its method"
        elif key in _CALLED_BY_ANSWERING and _reaches(value):
            yield f"{key} of a {made.name} is {value.full}, which answering would call"
        elif key == "importance_getter" and not _names_attribute(value):
            yield f"importance_getter of a {made.name} names what is no attribute of an estimator"
        elif key == "input" and made.name in _VECTORIZERS and value != "content":
            yield f"a {made.name} reads files that its input names"
        elif key in _ONE_WITHIN and not _may_be_within(made, value):
            yield f"{key} of a {made.name} is a {type_of(value)}, no listed estimator"
        elif key in _MANY_WITHIN and not _all_may_be_within(made, value):
            yield f"{key} of a {made.name} hold what is no listed estimator"


def _names_methods(value: Any) -> bool:
    """Whether a value is the name of a method, or a list of such; a list is not to change."""
    if isinstance(value, Node) and value.type == "list" and value.made is None:
        value.state_of = True
        words: tuple[Any, ...] = value.words
        return len(words) == value.count and all(map(_is_method, words))
    words_of = items_of(value)
    return all(map(_is_method, words_of)) if words_of is not None else _is_method(value)


def _is_method(value: Any) -> bool:
    return value is None or (value.__class__ is str and value in _METHODS)


def _is_later(value: Any) -> bool:
    """Whether a function may be called on any input: a partial was looked at when it was made."""
    if isinstance(value, Global):
        return value.role == LATER
    made = value.made if isinstance(value, Node | Opaque) else None
    by_name = made is not None and made.name == "_ufunc_reconstruct" and bool(made.role)
    return value is None or by_name or (made is not None and made.full == "functools.partial")


def _is_function(value: Any) -> bool:
    made = value.made if isinstance(value, Node | Opaque) else None
    return isinstance(value, Global) or (made is not None and made.full == "functools.partial")


def _reaches(value: Any) -> bool:
    """Whether something named does more when it is called than compute: opens a file, or makes."""
    return isinstance(value, Global) and (value.name == "memmap" or value.role.startswith("call:"))


def _names_attribute(value: Any) -> bool:
    if value.__class__ is str:
        return _ATTRIBUTES.fullmatch(value) is not None
    return value is None or _is_later(value)


def _may_be_within(made: Global, value: Any) -> bool:
    """Whether a value may be asked for an answer in another's place."""
    if made.name == "FrozenEstimator":
        return isinstance(value, Node | Opaque) and is_estimator(value)
    return is_estimator(value)


def _all_may_be_within(made: Global, value: Any) -> bool:
    """Whether what holds estimators is a list or tuple of such, or of pairs that name them.

    Anything else could answer in their place, as a Series or a dict does. Gradient boosting alone
    keeps trees in an array, and reads nothing of them but what a tree's own type has.
    """
    if isinstance(value, Node) and isinstance(value.facts, Array):
        return "GradientBoosting" in made.name
    if _is_list(value):
        value.state_of = True  # it is not to change
        lists = [kid.value for kid in value.kids or () if _is_list(kid.value)]
        return not value.strange and all(_all_may_be_within(made, each) for each in lists)
    parts = items_of(value)
    if parts is not None:
        return all(may_stand_in_list(each, is_kept=False) for each in parts)
    return value is None or value.__class__ in WORDS


def _is_list(value: Any) -> bool:
    return isinstance(value, Node) and value.type == "list" and value.made is None
