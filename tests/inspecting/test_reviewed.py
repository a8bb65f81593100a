"""The reviewed list: what it may hold, and what it must never hold."""

from importlib.resources import files

import pytest

from savebench.inspecting.pickles.calls import RULES
from savebench.inspecting.trust import CALLED_TYPE, TYPE, VALUE, reviewed

_NEVER = [
    ("builtins", "getattr"),
    ("builtins", "eval"),
    ("builtins", "exec"),
    ("builtins", "__import__"),
    ("builtins", "open"),
    ("builtins", "map"),
    ("builtins", "filter"),
    ("builtins", "setattr"),
    ("operator", "attrgetter"),
    ("operator", "methodcaller"),
    ("functools", "reduce"),
    ("os", "system"),
    ("posix", "system"),
    ("numpy", "load"),
    ("numpy", "fromfile"),
    ("numpy", "genfromtxt"),
    ("numpy", "vectorize"),
    ("numpy", "frompyfunc"),
    ("numpy", "apply_along_axis"),
    ("numpy", "save"),
    ("numpy.testing._private.utils", "runstring"),
    ("numpy.f2py.crackfortran", "getlincoef"),
    ("pandas", "eval"),
    ("pandas", "read_pickle"),
    ("pandas.io.pickle", "read_pickle"),
    ("sklearn.datasets", "load_svmlight_file"),
    ("sklearn.utils._testing", "TempMemmap"),
    ("sklearn.utils.parallel", "_FuncWrapper"),
    ("scipy.stats._continuous_distns", "uniform_gen"),
    ("scipy.stats._distn_infrastructure", "rv_frozen"),
    ("joblib", "load"),
    ("joblib.numpy_pickle", "load"),
    ("joblib.memory", "Memory"),
    ("joblib.parallel", "Parallel"),
    ("joblib.parallel", "delayed"),
    ("cloudpickle.cloudpickle", "_make_function"),
    ("cloudpickle.cloudpickle", "_builtin_type"),
    ("cloudpickle.cloudpickle", "subimport"),
    ("dill._dill", "_create_function"),
    ("types", "FunctionType"),
    ("types", "CodeType"),
    ("pickle", "loads"),
]


@pytest.mark.parametrize(("module", "name"), _NEVER)
def test_what_runs_code_or_opens_files_is_not_on_the_list(module: str, name: str) -> None:
    """Not in any role."""
    assert (module, name) not in reviewed()


def test_a_mapped_array_may_be_named_and_never_made() -> None:
    """Its constructor opens a file."""
    assert reviewed()["numpy", "memmap"].role == VALUE


def test_every_entry_has_a_role_that_is_known_and_a_reason() -> None:
    """A misspelled role would trust nothing, and nobody would know why."""
    kinds = {TYPE, CALLED_TYPE, VALUE, *(f"call:{rule}" for rule in RULES)}

    faults = {
        name
        for name, entry in reviewed().items()
        if entry.role.partition("+")[0] not in kinds or not entry.reason
    }

    assert faults == set()


def test_no_name_stands_in_two_roles() -> None:
    """The later line would win without a word."""
    text = files("savebench.inspecting").joinpath("reviewed.txt").read_text("utf-8")
    roles: dict[tuple[str, str], set[str]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            role, modules, names, _ = (part.strip() for part in line.split("|", 3))
            for module in modules.split():
                for name in names.split():
                    roles.setdefault((module, name), set()).add(role)

    assert {name for name, found in roles.items() if len(found) > 1} == set()
