"""Pickles that run code, read or write by way of what a scientist has installed."""

import marshal
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cloudpickle
import dill

from tests.inspecting.hostile.kinds import Body, Hostile, Loader, file_of, refused
from tests.inspecting.hostile.opcodes import (
    NONE,
    TRUE,
    call,
    data,
    glob,
    listed,
    many,
    number,
    python,
    shell,
    stack_global,
    system,
    table,
    text,
    whole,
)

EMPTY_ARRAY = call(glob("numpy", "zeros"), number(1))
OS_MODULE = call(glob("importlib", "import_module"), text("os"))


class Reduced:
    """An object that is pickled as a call."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Keep what is to be called, and with what."""
        self.call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """Return them."""
        return self.call


def _code(marker: str) -> bytes:
    return call(glob("marshal", "loads"), data(marshal.dumps(compile(python(marker), "x", "eval"))))


def _function(marker: str) -> Callable[[], None]:
    found: Callable[[], None] = eval(f"lambda: {python(marker)}", {})  # noqa: S307 - our own words
    return found


def _frame(**columns: bytes) -> bytes:
    return call(glob("pandas", "DataFrame"), table(**columns))


NUMPY: dict[str, Body] = {
    "numpy.f2py.crackfortran.myeval": lambda m: whole(
        call(glob("numpy.f2py.crackfortran", "myeval"), text(python(m)), table())
    ),
    "numpy.f2py.crackfortran.param_eval": lambda m: whole(
        call(glob("numpy.f2py.crackfortran", "param_eval"), text(python(m)), table(), table())
    ),
    "numpy.f2py.crackfortran._eval_scalar": lambda m: whole(
        call(glob("numpy.f2py.crackfortran", "_eval_scalar"), text(python(m)), table())
    ),
    "numpy.f2py.crackfortran.getlincoef": lambda m: whole(
        call(
            glob("numpy.f2py.crackfortran", "getlincoef"),
            text(f"({python(m)}, n)[0] or n"),
            table(n=number(1)),
        )
        + b"0"
        + call(glob("numpy.f2py.crackfortran", "myeval"), text(python(m)), table())
    ),
    "numpy.testing._private.utils.runstring": lambda m: whole(
        call(glob("numpy.testing._private.utils", "runstring"), text(python(m)), table())
    ),
    "numpy.fromfile": lambda m: whole(
        call(glob("numpy", "fromfile"), text("/dev/null")) + b"0" + system(m)
    ),
    "numpy.memmap": lambda m: whole(
        call(glob("numpy", "memmap"), text(m), text("u1"), text("w+"), number(0), many(number(4)))
    ),
    "numpy.lib.format.open_memmap": lambda m: whole(
        call(
            glob("numpy.lib.format", "open_memmap"),
            text(m),
            text("w+"),
            text("u1"),
            many(number(4)),
        )
    ),
    "numpy.save": lambda m: whole(
        call(
            glob("numpy", "save"), call(glob("builtins", "open"), text(m), text("wb")), EMPTY_ARRAY
        )
    ),
    "numpy.savetxt": lambda m: whole(call(glob("numpy", "savetxt"), text(m), EMPTY_ARRAY)),
    "numpy.ndarray.tofile": lambda m: whole(
        call(stack_global("numpy", "ndarray.tofile"), EMPTY_ARRAY, text(m))
    ),
    "numpy.ndarray.dump": lambda m: whole(
        call(stack_global("numpy", "ndarray.dump"), EMPTY_ARRAY, text(m))
    ),
    "numpy.vectorize": lambda m: whole(
        call(call(glob("numpy", "vectorize"), glob("os", "system")), text(shell(m)))
    ),
    "numpy.frompyfunc": lambda m: whole(
        call(
            call(glob("numpy", "frompyfunc"), glob("os", "system"), number(1), number(1)),
            text(shell(m)),
        )
    ),
    "numpy.apply_along_axis": lambda m: whole(
        call(
            glob("numpy", "apply_along_axis"),
            call(glob("functools", "partial"), glob("numpy", "savetxt"), text(m)),
            number(0),
            EMPTY_ARRAY,
        )
    ),
    "numpy.fromfunction": lambda m: whole(
        call(
            glob("numpy", "fromfunction"),
            call(glob("functools", "partial"), glob("numpy", "savetxt"), text(m)),
            many(number(2)),
        )
    ),
    "numpy.lib._npyio_impl.os.system": lambda m: whole(
        call(stack_global("numpy.lib._npyio_impl", "os.system"), text(shell(m)))
    ),
    "numpy.testing.rundocs": lambda m: whole(
        stack_global("numpy.testing", "rundocs") + b"0" + system(m)
    ),
    "numpy.ctypeslib.load_library": lambda _: whole(
        call(glob("numpy.ctypeslib", "load_library"), text("none"), text("/nonexistent"))
    ),
    "numpy.lib.npyio.load": lambda _: whole(
        call(glob("numpy.lib.npyio", "load"), text("/etc/hosts"), NONE, TRUE)
    ),
    "numpy.genfromtxt": lambda _: whole(
        call(glob("numpy", "genfromtxt"), text("http://[::1]:9/x"))
    ),
    "numpy.distutils.exec_command.exec_command": lambda m: whole(
        call(glob("numpy.distutils.exec_command", "exec_command"), text(shell(m)))
    ),
}

PANDAS: dict[str, Body] = {
    "pandas.eval": lambda m: whole(
        call(
            glob("pandas", "eval"),
            text(f"struck('{m}', 'w')"),
            text("pandas"),
            text("python"),
            NONE,
            table(struck=glob("builtins", "open")),
        )
    ),
    "pandas.core.computation.eval.eval": lambda m: whole(
        call(
            glob("pandas.core.computation.eval", "eval"),
            text(f"struck('{m}', 'w')"),
            text("pandas"),
            text("python"),
            NONE,
            table(struck=glob("builtins", "open")),
        )
    ),
    "pandas.DataFrame.to_csv": lambda m: whole(
        call(stack_global("pandas", "DataFrame.to_csv"), _frame(a=listed(number(1))), text(m))
    ),
    "pandas.DataFrame.to_pickle": lambda m: whole(
        call(stack_global("pandas", "DataFrame.to_pickle"), _frame(a=listed(number(1))), text(m))
    ),
    "pandas.DataFrame.query": lambda m: whole(
        call(
            stack_global("pandas", "DataFrame.query"),
            _frame(a=listed(number(1))),
            text(f"a.to_csv('{m}')"),
        )
    ),
    "pandas.DataFrame.apply": lambda m: whole(
        call(
            stack_global("pandas", "Series.map"),
            call(glob("pandas", "Series"), listed(text(shell(m)))),
            glob("os", "system"),
        )
        + b"0"
        + call(
            stack_global("pandas", "DataFrame.apply"),
            _frame(a=listed(number(1))),
            glob("builtins", "print"),
        )
    ),
    "pandas.io.common.get_handle": lambda m: whole(
        call(glob("pandas.io.common", "get_handle"), text(m), text("w"))
    ),
    "pandas.io.common.urlopen": lambda _: whole(
        call(glob("pandas.io.common", "urlopen"), text("http://[::1]:9/"))
    ),
    "pandas.read_csv": lambda _: whole(call(glob("pandas", "read_csv"), text("/etc/hosts"))),
}

SCIKIT: dict[str, Body] = {
    "sklearn.datasets.load_svmlight_file": lambda m: whole(
        call(glob("sklearn.datasets", "load_svmlight_file"), text("/dev/null")) + b"0" + system(m)
    ),
    "sklearn.datasets.dump_svmlight_file": lambda m: whole(
        call(
            glob("sklearn.datasets", "dump_svmlight_file"),
            call(glob("numpy", "zeros"), many(number(1), number(1))),
            EMPTY_ARRAY,
            text(m),
        )
    ),
    "sklearn.datasets.fetch_openml": lambda _: whole(
        call(glob("sklearn.datasets", "fetch_openml"), text("mnist_784"))
    ),
    "sklearn.datasets.fetch_20newsgroups": lambda _: whole(
        call(glob("sklearn.datasets", "fetch_20newsgroups"))
    ),
    "sklearn.datasets._base.get_data_home": lambda m: whole(
        call(glob("sklearn.datasets._base", "get_data_home"), text(m))
    ),
    "sklearn.datasets._base.clear_data_home": lambda _: whole(
        stack_global("sklearn.datasets._base", "clear_data_home")
    ),
    "sklearn.utils._testing.assert_run_python_script_without_output": lambda m: whole(
        call(
            glob("sklearn.utils._testing", "assert_run_python_script_without_output"),
            text(python(m)),
        )
    ),
    "sklearn.utils.parallel._FuncWrapper": lambda m: whole(
        call(
            call(glob("sklearn.utils.parallel", "_FuncWrapper"), glob("os", "system")),
            text(shell(m)),
        )
        + b"0"
        + system(m)
    ),
    "sklearn.utils._set_output._SetOutputMixin.os": lambda _: whole(
        stack_global("sklearn.utils._set_output", "_SetOutputMixin.os")
    ),
    "sklearn.externals.joblib.numpy_pickle.load": lambda _: whole(
        call(glob("sklearn.externals.joblib.numpy_pickle", "load"), text("/etc/hosts"))
    ),
    "joblib.parallel.BatchedCalls": lambda m: whole(
        call(
            stack_global("joblib.parallel", "BatchedCalls.__call__"),
            call(
                glob("joblib.parallel", "BatchedCalls"),
                listed(many(glob("os", "system"), listed(text(shell(m))), table())),
                call(glob("joblib._parallel_backends", "SequentialBackend")),
            ),
        )
    ),
    "joblib.Memory": lambda m: whole(call(glob("joblib", "Memory"), text(m))),
    "joblib.memory.MemorizedFunc": lambda m: whole(
        call(glob("joblib.memory", "MemorizedFunc"), glob("os", "system"), text(m))
    ),
    "joblib.dump": lambda m: whole(call(glob("joblib", "dump"), NONE, text(m))),
    "joblib._memmapping_reducer.make_memmap": lambda m: whole(
        call(
            glob("joblib.backports", "make_memmap"),
            text(m),
            text("u1"),
            text("w+"),
            number(0),
            many(number(4)),
        )
        + b"0"
        + stack_global("joblib._memmapping_reducer", "make_memmap")
    ),
    "joblib._memmapping_reducer._strided_from_memmap": lambda m: whole(
        call(
            glob("joblib._memmapping_reducer", "_strided_from_memmap"),
            text(m),
            text("u1"),
            text("w+"),
            number(0),
            text("C"),
            many(number(4)),
            NONE,
            NONE,
            NONE,
        )
    ),
    "joblib.externals.loky.backend.popen_loky_posix.Popen": lambda _: whole(
        stack_global("joblib.externals.loky.backend.popen_loky_posix", "Popen")
    ),
    "joblib.externals.cloudpickle.cloudpickle._make_function": lambda m: whole(
        system(m) + b"0" + glob("joblib.externals.cloudpickle.cloudpickle", "_make_function")
    ),
    "scipy.io.loadmat": lambda m: whole(
        system(m)
        + b"0"
        + call(glob("scipy.io", "loadmat"), call(glob("io", "BytesIO"), data(bytes(200))))
    ),
    "scipy.io.savemat": lambda m: whole(
        call(glob("scipy.io", "savemat"), text(m), table(a=EMPTY_ARRAY), b"\x89")
    ),
    "scipy.sparse.save_npz": lambda m: whole(
        call(
            glob("scipy.sparse", "save_npz"),
            call(glob("builtins", "open"), text(m), text("wb")),
            call(glob("scipy.sparse", "eye"), number(2)),
        )
    ),
    "scipy.optimize.brute": lambda m: whole(
        call(
            glob("scipy.optimize", "brentq"),
            call(glob("functools", "partial"), glob("numpy", "savetxt"), text(m)),
            number(0),
            number(1),
        )
        + b"0"
        + stack_global("scipy.optimize", "brute")
    ),
    "scipy.weave.inline": lambda m: whole(
        call(glob("scipy.weave", "inline"), text(f'system("{shell(m)}");'))
    ),
    "scipy._lib._util.MapWrapper": lambda _: whole(
        call(glob("scipy._lib._util", "MapWrapper"), number(2))
    ),
}

FUNCTIONS: dict[str, Body] = {
    "cloudpickle.cloudpickle.subimport": lambda m: whole(
        call(
            call(glob("operator", "attrgetter"), text("system")),
            call(glob("cloudpickle.cloudpickle", "subimport"), text("os")),
        )
        + many(text(shell(m)))
        + b"R"
    ),
    "cloudpickle.cloudpickle._make_function": lambda m: cloudpickle.dumps(Reduced(_function(m))),
    "dill._dill._create_function": lambda m: dill.dumps(Reduced(_function(m))),
    "dill._dill._import_module": lambda m: whole(
        call(
            call(glob("operator", "methodcaller"), text("system"), text(shell(m))),
            call(glob("dill._dill", "_import_module"), text("os")),
        )
    ),
    "dill._dill._eval_repr": lambda m: whole(
        call(glob("dill._dill", "_eval_repr"), text(python(m)))
    ),
    "dill._dill._getattr": lambda m: whole(
        call(
            call(glob("dill._dill", "_getattr"), OS_MODULE, text("system"), text("")),
            text(shell(m)),
        )
        + b"0"
        + system(m)
    ),
    "dill._dill._create_filehandle": lambda m: whole(
        call(
            glob("dill._dill", "_create_filehandle"),
            text(m),
            text("w"),
            number(0),
            b"\x89",
            b"\x89",
            b"\x89",
            number(1),
            text(""),
        )
    ),
    "dill._dill._load_type": lambda m: whole(
        call(
            call(
                call(glob("dill._dill", "_load_type"), text("FunctionType")),
                _code(m),
                table(
                    __builtins__=call(
                        glob("builtins", "vars"),
                        call(glob("importlib", "import_module"), text("builtins")),
                    )
                ),
            )
        )
    ),
    "torch.load": lambda _: whole(call(glob("torch", "load"), text("/etc/hosts"))),
    "torch._utils._rebuild_tensor_v2": lambda _: whole(
        call(glob("torch._utils", "_rebuild_tensor_v2"), text("x").replace(b"x", b"y"), number(0))
    ),
    "torch.serialization.load": lambda _: whole(
        call(glob("torch.serialization", "load"), text("/etc/hosts"))
    ),
    "xgboost.core.Booster.load_model": lambda _: whole(
        stack_global("xgboost.core", "Booster.load_model")
    ),
    "tensorflow.keras.models.load_model": lambda _: whole(
        call(glob("tensorflow.keras.models", "load_model"), text("/etc/hosts"))
    ),
}

STILL = {
    "numpy.ctypeslib.load_library",
    "numpy.lib.npyio.load",
    "numpy.genfromtxt",
    "numpy.distutils.exec_command.exec_command",
    "pandas.io.common.urlopen",
    "pandas.read_csv",
    "sklearn.datasets.fetch_openml",
    "sklearn.datasets.fetch_20newsgroups",
    "sklearn.datasets._base.clear_data_home",
    "sklearn.utils._set_output._SetOutputMixin.os",
    "sklearn.externals.joblib.numpy_pickle.load",
    "joblib.externals.loky.backend.popen_loky_posix.Popen",
    "joblib._memmapping_reducer._strided_from_memmap",
    "scipy.weave.inline",
    "scipy._lib._util.MapWrapper",
    "torch.load",
    "torch._utils._rebuild_tensor_v2",
    "torch.serialization.load",
    "xgboost.core.Booster.load_model",
    "tensorflow.keras.models.load_model",
}
"""They reach for the network, are not installed here, or only stand there."""


def _two_files(reader: Callable[[str], bytes]) -> Callable[[Path, str], Path]:
    """Return a writer of a file that has another one read, which strikes."""

    def write(folder: Path, marker: str) -> Path:
        other = folder / "weights.bin"
        other.write_bytes(pickle.dumps(None)[:0] + whole(system(marker)))
        return file_of(lambda _: reader(str(other)))(folder, marker)

    return write


READERS: dict[str, Callable[[str], bytes]] = {
    "numpy.load": lambda other: whole(call(glob("numpy", "load"), text(other), NONE, TRUE)),
    "pandas.read_pickle": lambda other: whole(call(glob("pandas", "read_pickle"), text(other))),
    "pandas.io.pickle.read_pickle": lambda other: whole(
        call(glob("pandas.io.pickle", "read_pickle"), text(other))
    ),
    "joblib.load": lambda other: whole(call(glob("joblib", "load"), text(other))),
    "joblib.numpy_pickle.load": lambda other: whole(
        call(glob("joblib.numpy_pickle", "load"), text(other))
    ),
    "dill.load": lambda other: whole(
        call(glob("dill", "load"), call(glob("io", "FileIO"), text(other)))
    ),
    "pickle.load": lambda other: whole(
        call(glob("pickle", "load"), call(glob("io", "FileIO"), text(other)))
    ),
    "shelve.open": lambda other: whole(
        call(glob("shelve", "open"), text(other + ".db"))
        + b"0"
        + call(glob("joblib", "load"), text(other))
    ),
}


def files() -> Iterator[Hostile]:
    """Yield them all."""
    for name, body in {**NUMPY, **PANDAS, **SCIKIT, **FUNCTIONS}.items():
        strikes: Loader = "none" if name in STILL else "pickle"
        yield from refused({name: body}, strikes=strikes, culprits=True)
    for name, reader in READERS.items():
        yield Hostile(name=name, write=_two_files(reader), strikes="pickle", culprit=name)
