"""What it could mean that a file names something that is not on the reviewed list."""

_MEANS: dict[str, str] = {
    "os.system": "runs a shell command",
    "posix.system": "runs a shell command",
    "nt.system": "runs a shell command",
    "os.popen": "runs a shell command",
    "subprocess.*": "starts a program",
    "pty.spawn": "starts a program",
    "commands.*": "runs a shell command",
    "popen2.*": "runs a shell command",
    "builtins.eval": "runs Python code that the file holds",
    "builtins.exec": "runs Python code that the file holds",
    "builtins.compile": "compiles Python code that the file holds",
    "builtins.__import__": "imports a module, whose code then runs",
    "importlib.*": "imports a module, whose code then runs",
    "runpy.*": "runs a Python program",
    "code.*": "runs Python code that the file holds",
    "timeit.*": "runs Python code that the file holds",
    "cProfile.*": "runs Python code that the file holds",
    "profile.*": "runs Python code that the file holds",
    "pdb.*": "runs Python code that the file holds",
    "bdb.*": "runs Python code that the file holds",
    "doctest.*": "runs Python code that the file holds",
    "builtins.open": "opens a file, to read or to overwrite it",
    "io.*": "opens a file, to read or to overwrite it",
    "_io.*": "opens a file, to read or to overwrite it",
    "shutil.*": "copies, moves or deletes files",
    "tempfile.*": "makes files",
    "pathlib.*": "names a file; its methods read, write and delete",
    "os.*": "speaks to the operating system",
    "posix.*": "speaks to the operating system",
    "nt.*": "speaks to the operating system",
    "sys.*": "reaches into the interpreter",
    "ctypes.*": "calls native code",
    "_ctypes.*": "calls native code",
    "socket.*": "opens a network connection",
    "_socket.*": "opens a network connection",
    "urllib.*": "fetches from the network",
    "requests.*": "fetches from the network",
    "http.*": "fetches from the network",
    "ftplib.*": "fetches from the network",
    "smtplib.*": "sends mail",
    "webbrowser.*": "opens a browser",
    "ssl.*": "opens a network connection",
    "asyncio.*": "starts programs or connections",
    "multiprocessing.*": "starts processes",
    "threading.*": "starts threads",
    "signal.*": "sends signals to processes",
    "pip.*": "installs packages",
    "builtins.getattr": "reaches any attribute of anything, so calls anything in the end",
    "builtins.setattr": "changes what other code does",
    "builtins.delattr": "changes what other code does",
    "builtins.globals": "reaches into the interpreter",
    "builtins.vars": "reaches into the interpreter",
    "builtins.map": "calls any function on anything",
    "builtins.filter": "calls any function on anything",
    "builtins.breakpoint": "starts a debugger",
    "builtins.input": "waits for a person",
    "builtins.*": "is a builtin that no model needs",
    "operator.*": "calls or reaches anything when it is called",
    "_operator.*": "calls or reaches anything when it is called",
    "functools.*": "calls any function",
    "_functools.*": "calls any function",
    "itertools.*": "may call any function",
    "types.FunctionType": "makes a function out of code that the file holds",
    "types.CodeType": "holds Python code of its own",
    "types.*": "makes functions or modules of its own",
    "marshal.*": "holds Python code of its own",
    "pickle.*": "loads another pickle",
    "_pickle.*": "loads another pickle",
    "cPickle.*": "loads another pickle",
    "shelve.*": "opens a file of pickles",
    "dill.*": "dill: carries functions and classes as code, which runs when they are used",
    "cloudpickle.*": "cloudpickle: carries functions and classes as code, which may run on load",
    "joblib.numpy_pickle.load": "loads another file",
    "joblib.*": "joblib may load other files and start processes",
    "numpy.load": "reads another file, a pickle perhaps",
    "numpy.fromfile": "reads another file",
    "numpy.memmap": "opens a file",
    "numpy.testing.*": "holds functions that run code",
    "numpy.f2py.*": "compiles and runs code",
    "numpy.distutils.*": "compiles and runs code",
    "scipy.stats.*": "its distributions execute source text that their state holds",
    "pandas.eval": "evaluates an expression that the file holds",
    "pandas.read_pickle": "loads another pickle",
    "pandas.io.*": "reads other files",
    "pandas.core.computation.*": "evaluates an expression that the file holds",
    "torch.*": "PyTorch's own loading functions; savebench has not reviewed them",
    "keras.*": "Keras may run code that a file holds",
    "tensorflow.*": "TensorFlow may run code that a file holds",
    "linecache.*": "reads other files",
    "codecs.*": "may open a file or decode what hides something",
    "_codecs.*": "may decode what hides something",
    "zipfile.*": "reads other files",
    "tarfile.*": "reads or writes other files",
    "sqlite3.*": "opens a file; may load native code",
    "logging.*": "may open files, and run what a configuration names",
    "unittest.*": "runs code",
    "ensurepip.*": "installs packages",
    "venv.*": "makes environments and starts programs",
    "idlelib.*": "runs code",
    "lib2to3.*": "loads another pickle",
    "distutils.*": "starts programs",
    "setuptools.*": "starts programs",
}
_KNOWN_PACKAGES = frozenset({"numpy", "scipy", "pandas", "sklearn", "xgboost", "lightgbm"})
_PYTHON2 = {"__builtin__": "builtins", "copy_reg": "copyreg"}


def meaning_of(module: str, name: str, *, called: bool) -> str:
    """Return in a sentence what stands against an unlisted name."""
    module = _PYTHON2.get(module, module)
    found = _known(f"{module}.{name}")
    if found:
        return found
    top = module.partition(".")[0]
    deed = "called on loading" if called else "named"
    if top in _KNOWN_PACKAGES:
        return f"{deed}; {top} is known, but this of it is not on the reviewed list"
    if top == "__main__":
        return "defined in a script or notebook, so found only there; not on the reviewed list"
    if _is_standard(top):
        return f"{deed}; of Python's own library, and not on the reviewed list"
    return f"not on the reviewed list; a class of your own? Look at {top} before you trust it"


def _known(full: str) -> str:
    """Return what the table says, of the name itself or of the nearest package above it."""
    if full in _MEANS:
        return _MEANS[full]
    above = full
    while "." in above:
        above = above.rpartition(".")[0]
        if f"{above}.*" in _MEANS:
            return _MEANS[f"{above}.*"]
    return ""


def _is_standard(top: str) -> bool:
    import sys

    return top in sys.stdlib_module_names
