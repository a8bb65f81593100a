"""Pickles that run code by way of Python's own library."""

import marshal
from collections.abc import Iterator

from tests.inspecting.hostile.kinds import Body, Hostile, Loader, file_of, refused
from tests.inspecting.hostile.opcodes import (
    NONE,
    STACK_GLOBAL,
    call,
    data,
    get,
    glob,
    listed,
    made,
    many,
    number,
    put,
    python,
    shell,
    stack_global,
    system,
    table,
    text,
    whole,
)

OS_MODULE = call(glob("importlib", "import_module"), text("os"))


def _code(source: str) -> bytes:
    return marshal.dumps(compile(source, "<hostile>", "eval"))


DIRECT: dict[str, Body] = {
    "os.system": lambda m: whole(system(m)),
    "os.system protocol 0": lambda m: b"cos\nsystem\n(S" + repr(shell(m)).encode() + b"\ntR.",
    "posix.system": lambda m: whole(call(glob("posix", "system"), text(shell(m)))),
    "os.popen": lambda m: whole(
        call(glob("os", "popen"), text(shell(m))) + b"0" + call(glob("os", "wait"))
    ),
    "os.posix_spawn": lambda m: whole(
        call(
            glob("os", "waitpid"),
            call(
                glob("os", "posix_spawn"),
                text("/usr/bin/touch"),
                listed(text("touch"), text(m)),
                table(),
            ),
            number(0),
        )
    ),
    "os.mkdir": lambda m: whole(call(glob("os", "mkdir"), text(m))),
    "subprocess.check_output": lambda m: whole(
        call(glob("subprocess", "check_output"), listed(text("touch"), text(m)))
    ),
    "subprocess.Popen": lambda m: whole(
        call(
            stack_global("subprocess", "Popen.wait"),
            call(glob("subprocess", "Popen"), listed(text("touch"), text(m))),
        )
    ),
    "subprocess.getoutput": lambda m: whole(call(glob("subprocess", "getoutput"), text(shell(m)))),
    "builtins.eval": lambda m: whole(call(glob("builtins", "eval"), text(python(m)))),
    "builtins.exec": lambda m: whole(call(glob("builtins", "exec"), text(python(m)))),
    "builtins.compile": lambda m: whole(
        call(
            glob("builtins", "exec"),
            call(glob("builtins", "compile"), text(python(m)), text("x"), text("exec")),
        )
    ),
    "__builtin__.eval as Python 2 spells it": lambda m: whole(
        call(glob("__builtin__", "eval"), text(python(m))), 2
    ),
    "builtins.getattr": lambda m: whole(
        call(call(glob("builtins", "getattr"), OS_MODULE, text("system")), text(shell(m)))
    ),
    "builtins.__import__": lambda m: whole(
        call(
            call(
                glob("builtins", "getattr"),
                call(glob("builtins", "__import__"), text("os")),
                text("system"),
            ),
            text(shell(m)),
        )
    ),
    "builtins.open": lambda m: whole(call(glob("builtins", "open"), text(m), text("w"))),
    "io.open": lambda m: whole(call(glob("io", "open"), text(m), text("w"))),
    "_io.FileIO": lambda m: whole(call(glob("_io", "FileIO"), text(m), text("w"))),
    "builtins.map": lambda m: whole(
        call(
            glob("builtins", "list"),
            call(glob("builtins", "map"), glob("os", "system"), listed(text(shell(m)))),
        )
    ),
    "builtins.type": lambda m: whole(
        call(call(glob("builtins", "type"), text("X"), many(), table(f=system(m))))
    ),
    "pathlib.Path.touch": lambda m: whole(
        call(stack_global("pathlib", "Path.touch"), call(glob("pathlib", "Path"), text(m)))
    ),
    "shutil.copyfile": lambda m: whole(
        call(glob("shutil", "copyfile"), text("/dev/null"), text(m))
    ),
    "pty.spawn": lambda m: whole(call(glob("pty", "spawn"), listed(text("touch"), text(m)))),
    "code.InteractiveInterpreter.runsource": lambda m: whole(
        call(
            stack_global("code", "InteractiveInterpreter.runsource"),
            call(glob("code", "InteractiveInterpreter")),
            text(python(m)),
        )
    ),
    "importlib.import_module": lambda m: whole(
        call(call(glob("operator", "attrgetter"), text("system")), OS_MODULE)
        + many(text(shell(m)))
        + b"R"
    ),
    "operator.methodcaller": lambda m: whole(
        call(call(glob("operator", "methodcaller"), text("system"), text(shell(m))), OS_MODULE)
    ),
    "operator.itemgetter": lambda m: whole(
        call(
            call(
                call(glob("operator", "itemgetter"), text("system")),
                call(glob("builtins", "vars"), OS_MODULE),
            ),
            text(shell(m)),
        )
    ),
    "functools.partial": lambda m: whole(
        call(call(glob("functools", "partial"), glob("os", "system"), text(shell(m))))
    ),
    "functools.reduce": lambda m: whole(
        call(
            glob("functools", "reduce"),
            call(glob("operator", "methodcaller"), text("__call__"), text(shell(m))),
            listed(glob("os", "system")),
        )
        + b"0"
        + system(m)
    ),
    "itertools.starmap": lambda m: whole(
        call(
            glob("builtins", "list"),
            call(glob("itertools", "starmap"), glob("os", "system"), listed(many(text(shell(m))))),
        )
    ),
    "types.FunctionType": lambda m: whole(
        call(
            call(
                glob("types", "FunctionType"),
                call(glob("marshal", "loads"), data(_code(python(m)))),
                table(
                    __builtins__=call(
                        glob("builtins", "vars"),
                        call(glob("importlib", "import_module"), text("builtins")),
                    )
                ),
            )
        )
    ),
    "pickle.loads": lambda m: whole(call(glob("pickle", "loads"), data(whole(system(m))))),
    "_pickle.loads": lambda m: whole(call(glob("_pickle", "loads"), data(whole(system(m))))),
    "_pickle.Unpickler.load": lambda m: whole(
        call(
            stack_global("_pickle", "Unpickler.load"),
            call(
                glob("_pickle", "Unpickler"),
                call(glob("io", "BytesIO"), data(whole(system(m)))),
            ),
        )
    ),
    "timeit.timeit": lambda m: whole(
        call(
            glob("timeit", "timeit"),
            text(python(m)),
            text("pass"),
            glob("time", "perf_counter"),
            number(1),
        )
    ),
    "cProfile.run": lambda m: whole(
        call(glob("cProfile", "run"), text(python(m)), text("/dev/null"))
    ),
    "runpy.run_module": lambda _: whole(call(glob("runpy", "run_module"), text("this"))),
    "webbrowser.open": lambda _: whole(call(glob("webbrowser", "open"), text("http://[::1]:9/"))),
    "socket.create_connection": lambda _: whole(
        call(glob("socket", "create_connection"), many(text("127.0.0.1"), number(9)))
    ),
    "code.interact": lambda _: whole(call(glob("code", "interact"))),
    "builtins.breakpoint": lambda _: whole(call(glob("builtins", "breakpoint"))),
    "builtins.input": lambda _: whole(call(glob("builtins", "input"))),
    "ctypes.CDLL": lambda _: whole(call(glob("ctypes", "CDLL"), text("/nonexistent/none.so"))),
    "nt.system": lambda m: whole(call(glob("nt", "system"), text(shell(m)))),
    "sys.modules.get": lambda m: whole(
        call(
            call(
                glob("builtins", "getattr"),
                call(stack_global("sys", "modules.get"), text("os")),
                text("system"),
            ),
            text(shell(m)),
        )
    ),
    "logging.config.dictConfig": lambda m: whole(
        call(
            glob("logging.config", "dictConfig"),
            table(
                version=number(1),
                handlers=table(h=table(**{"()": text("os.system"), "command": text(shell(m))})),
            ),
        )
    ),
    "collections.namedtuple": lambda _: whole(
        call(glob("collections", "namedtuple"), text("X"), listed(text("a")))
    ),
    "linecache.getlines": lambda _: whole(call(glob("linecache", "getlines"), text("/etc/hosts"))),
}
"""The first word is the name to find."""

SPELT: dict[str, Body] = {
    "INST": lambda m: b"(" + text(shell(m)) + b"ios\nsystem\n.",
    "OBJ": lambda m: b"(" + glob("os", "system") + text(shell(m)) + b"o.",
    "NEWOBJ of a function's class": lambda m: whole(
        made(glob("functools", "partial"), glob("os", "system"), text(shell(m))) + many() + b"R"
    ),
    "NEWOBJ_EX of partial": lambda m: whole(
        glob("functools", "partial")
        + many(glob("os", "system"), text(shell(m)))
        + table()
        + b"\x92"
        + many()
        + b"R"
    ),
    "STACK_GLOBAL from the memo": lambda m: whole(
        text("os")
        + put(0)
        + b"0"
        + text("system")
        + put(1)
        + b"0"
        + get(0)
        + get(1)
        + STACK_GLOBAL
        + many(text(shell(m)))
        + b"R"
    ),
    "STACK_GLOBAL of strings that DUP doubled": lambda m: whole(
        text("os") + b"2" + b"0" + text("system") + STACK_GLOBAL + many(text(shell(m))) + b"R"
    ),
    "STACK_GLOBAL of a joined string": lambda m: whole(
        call(stack_global("builtins", "str.join"), text(""), listed(text("o"), text("s")))
        + text("system")
        + STACK_GLOBAL
        + many(text(shell(m)))
        + b"R"
    ),
    "STACK_GLOBAL of a formatted string": lambda m: whole(
        text("os")
        + call(stack_global("builtins", "str.format"), text("{}tem"), text("sys"))
        + STACK_GLOBAL
        + many(text(shell(m)))
        + b"R"
    ),
    "STACK_GLOBAL of decoded bytes": lambda m: whole(
        text("os")
        + call(glob("_codecs", "decode"), data(b"system"), text("ascii"))
        + STACK_GLOBAL
        + many(text(shell(m)))
        + b"R"
    ),
    "STACK_GLOBAL of an escaped UNICODE": lambda m: (
        b"V\\u006f\\u0073\nV\\u0073ystem\n" + STACK_GLOBAL + many(text(shell(m))) + b"R."
    ),
    "STACK_GLOBAL of an escaped STRING": lambda m: (
        b"S'\\x6f\\x73'\nS'\\163ystem'\n" + STACK_GLOBAL + many(text(shell(m))) + b"R."
    ),
    "STACK_GLOBAL of short binary strings": lambda m: (
        b"U\x02osU\x06system" + STACK_GLOBAL + many(text(shell(m))) + b"R."
    ),
    "dotted name through a trusted module": lambda m: whole(
        call(stack_global("joblib.memory", "os.system"), text(shell(m)))
    ),
    "dotted name in a GLOBAL of protocol 4": lambda m: whole(
        call(glob("joblib.memory", "os.system"), text(shell(m)))
    ),
    "dotted name through a trusted class": lambda m: whole(
        call(
            call(
                stack_global("sklearn.linear_model._base", "LinearRegression.fit.__globals__.get"),
                text("__builtins__"),
            )
            + b"0"
            + glob("builtins", "eval"),
            text(python(m)),
        )
    ),
    "dotted name to a class's base": lambda m: whole(
        stack_global("sklearn.svm._classes", "SVC.__init__.__globals__.update") + b"0" + system(m)
    ),
    "memo overwritten after a good name": lambda m: whole(
        glob("sklearn.svm", "SVC")
        + put(0)
        + b"0"
        + glob("os", "system")
        + put(0)
        + b"0"
        + get(0)
        + many(text(shell(m)))
        + b"R"
    ),
    "memo of a good string overwritten": lambda m: whole(
        text("sklearn.svm")
        + put(0)
        + b"0"
        + text("os")
        + put(0)
        + b"0"
        + get(0)
        + text("system")
        + STACK_GLOBAL
        + many(text(shell(m)))
        + b"R"
    ),
    "MEMOIZE after POP": lambda m: whole(
        text("sklearn.svm")
        + text("os")
        + b"\x94"
        + b"0"
        + b"\x94"
        + b"0"
        + get(0)
        + text("system")
        + STACK_GLOBAL
        + many(text(shell(m)))
        + b"R"
    ),
    "memo in the text form, far away": lambda m: (
        b"cos\nsystem\np123456789\n0g123456789\n" + many(text(shell(m))) + b"R."
    ),
    "second pickle after STOP": lambda m: whole(text("fine")) + whole(system(m)),
    "third pickle after STOP, spaced": lambda m: (
        whole(text("fine")) + whole(many()) + b"\n" + whole(system(m))
    ),
    "called, thrown away, replaced": lambda m: whole(system(m) + b"0" + text("fine")),
    "called within POP_MARK": lambda m: whole(b"(" + system(m) + b"1" + text("fine")),
    "protocol said late": lambda m: (
        call(glob("os", "system"), text(shell(m))) + b"\x80\x04\x80\x02."
    ),
    "an argument lost in a frame": lambda m: (
        b"\x80\x04\x95"
        + (3).to_bytes(8, "little")
        + b"cos"
        + b"\nsystem\n"
        + many(text(shell(m)))
        + b"R."
    ),
    "extension code registered by the file": lambda m: whole(
        call(glob("copyreg", "add_extension"), text("os"), text("system"), number(250))
        + b"0\x82\xfa"
        + many(text(shell(m)))
        + b"R"
    ),
    "BUILD that puts __setstate__ on a class": lambda m: whole(
        glob("collections", "Counter")
        + put(0)
        + many(NONE, table(__setstate__=glob("os", "system")))
        + b"b0"
        + get(0)
        + many()
        + b"\x81"
        + text(shell(m))
        + b"b"
    ),
    "BUILD that puts __setstate__ on an object": lambda m: whole(
        built_twice(glob("collections", "Counter"), shell(m))
    ),
    "BUILD on a module": lambda m: whole(OS_MODULE + table(savebench=NONE) + b"b0" + system(m)),
    "copyreg._reconstructor with an odd base": lambda m: whole(
        call(
            glob("copyreg", "_reconstructor"),
            glob("logging", "FileHandler"),
            glob("logging", "FileHandler"),
            text(m),
        )
    ),
    "copyreg.__newobj__": lambda m: whole(
        call(
            call(
                glob("copyreg", "__newobj__"),
                glob("functools", "partial"),
                glob("os", "system"),
                text(shell(m)),
            )
        )
    ),
}


BROKEN: dict[str, Body] = {
    "protocol 255 said after the deed": lambda m: system(m) + b"\x80\xff.",
    "no STOP after the deed": lambda m: b"\x80\x04" + system(m),
    "an opcode that is none after the deed": lambda m: b"\x80\x04" + system(m) + b"\xff.",
    "stack underflow after the deed": lambda m: b"\x80\x04" + system(m) + b"0000.",
    "frames inside frames": lambda m: (
        b"\x80\x04\x95"
        + (9).to_bytes(8, "little")
        + b"\x95"
        + (0).to_bytes(8, "little")
        + system(m)
        + b"."
    ),
}
"""They strike before it shows that they are damaged."""
UNREAD = {"frames inside frames"}


def built_twice(cls: bytes, state: str) -> bytes:
    """Give an object a state that holds how it is to take its next one."""
    return (
        cls
        + many()
        + b"\x81"
        + many(NONE, table(__setstate__=glob("os", "system")))
        + b"b"
        + text(state)
        + b"b"
    )


QUIET: dict[str, Body] = {
    "EXT1 of a code that nobody registered": lambda _: b"\x80\x02\x82\x07.",
    "EXT2 of a code that nobody registered": lambda _: b"\x80\x02\x83\x07\x01.",
    "EXT4 of a code that nobody registered": lambda _: b"\x80\x02\x84\x07\x01\x01\x00.",
    "PERSID": lambda _: b"P/etc/passwd\n.",
    "BINPERSID": lambda _: b"\x80\x02" + text("/etc/passwd") + b"Q.",
    "old name of joblib in scikit-learn": lambda _: whole(
        stack_global("sklearn", "externals.joblib.os.system")
    ),
    "dotted name to a method's globals": lambda _: whole(
        stack_global("sklearn.linear_model._base", "LinearRegression.fit.__globals__")
    ),
    "dotted name to a class's subclasses": lambda _: whole(
        call(stack_global("sklearn.base", "BaseEstimator.__subclasses__"))
    ),
    "a homoglyph of os": lambda m: whole(call(glob("\u043es", "system"), text(shell(m)))),
    "a name with a space": lambda m: whole(call(glob("os ", "system"), text(shell(m)))),
    "a name with a carriage return": lambda m: whole(call(glob("os\r", "system"), text(shell(m)))),
    "a name that clears the terminal": lambda _: whole(
        glob("\x1b[2J\x1b[1;1H\x1b]0;owned\x07os", "\x1b[31msystem\x9b0m")
    ),
    "a name that turns text around": lambda _: whole(
        glob("sklearn.svm", "SVC\u202e\u2066metsys.so\u2069")
    ),
    "a name that writes a new line": lambda _: whole(
        stack_global("sklearn.svm", "SVC\ntrusted: yes\r\x00\x08")
    ),
    "a lone surrogate in a name": lambda _: whole(stack_global("os\ud800", "system")),
    "an empty name": lambda _: whole(stack_global("", "")),
    "a name of dots": lambda _: whole(stack_global("os", "...")),
    "a name of a megabyte": lambda _: whole(stack_global("os", "system" * 200_000)),
    "a name that is a number": lambda _: whole(number(1) + number(2) + STACK_GLOBAL),
    "a name that is a subclass of str": lambda _: whole(
        made(glob("numpy", "str_"), text("os")) + text("system") + STACK_GLOBAL
    ),
    "names by the thousand": lambda _: whole(
        b"".join(glob("os", f"name{i}") for i in range(20_000))
    ),
}


def files() -> Iterator[Hostile]:
    """Yield them all."""
    still = {"webbrowser.open", "socket.create_connection", "code.interact", "ctypes.CDLL"}
    still |= {"builtins.breakpoint", "builtins.input", "nt.system", "runpy.run_module"}
    still |= {"linecache.getlines", "collections.namedtuple"}
    for name, body in DIRECT.items():
        strikes: Loader = "none" if name in still else "pickle"
        yield from refused({name: body}, strikes=strikes, culprits=True)
    yield from refused(SPELT)
    yield from refused(QUIET, strikes="none")
    for name, body in BROKEN.items():
        culprit = "" if name in UNREAD else "os.system"
        yield Hostile(
            name=name, write=file_of(body), verdict="damaged", strikes="pickle", culprit=culprit
        )
