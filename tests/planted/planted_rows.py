"""Serializers that misbehave in one way each, and a workload small enough to measure in no time."""

import ctypes
import dataclasses
import json
import mmap
import os
import pickle
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from savebench import Serializer, Unsupported, Workload

DUMP_BURN_S = 0.007
LOAD_BURN_S = 0.023
CRAWL_S_PER_BYTE = 1e-6
FIRST_LOAD_S = 0.030
LATER_LOAD_S = 0.001
LOOPS = 20_000
GRIP_S = 0.2
PUT_OFF_S = 0.050
CHUNKS, CHUNK_FLOATS = 100, 4000
TOUCHED_BYTES = 96 * 2**20
MAPPED_BYTES = 64 * 2**20


class Tiny:
    """A model that answers with what it was given, times two."""

    def __init__(self, payload: bytes = b"") -> None:
        """Carry some bytes."""
        self.payload = payload

    def predict(self, x: Any) -> Any:
        """Return twice the input."""
        return x * 2


class Locked(Tiny):
    """A model that holds a lock from the beginning."""

    def __init__(self) -> None:
        """Hold it."""
        super().__init__()
        self.cache_ = {"a": [threading.Lock()]}


class Reopened(Tiny):
    """A model that makes, when it is loaded, what cannot be saved again."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Hold a lock and a lambda."""
        self.__dict__.update(state)
        self.steps = [("first", None), ("last", {"lock": threading.Lock()})]
        self.function = lambda x: x


class Chained(Tiny):
    """A model of nodes that hold each other: too many for picklers in Python, not for pickle."""

    def __init__(self, length: int) -> None:
        """Hold the first of so many."""
        super().__init__()
        self.next: Tiny | None = None
        last: Any = self
        for _ in range(length):
            last.next = Tiny()
            last = last.next


def dump(model: Any, path: Path) -> None:
    """Pickle to a file."""
    with path.open("wb") as stream:
        pickle.dump(model, stream, protocol=5)


def load(path: Path) -> Any:
    """Unpickle a file."""
    with path.open("rb") as stream:
        return pickle.load(stream)


def burn(time_s: float) -> None:
    """Keep the processor busy for just so long."""
    end = time.perf_counter() + time_s
    while time.perf_counter() < end:
        pass


def _burn_dump(model: Any, path: Path) -> None:
    burn(DUMP_BURN_S)
    dump(model, path)


_LOADED: list[Path] = []


def _first_load(path: Path) -> Any:
    """Take long the first time in a process, as what fills a cache does, and no time later."""
    burn(LATER_LOAD_S if _LOADED else FIRST_LOAD_S)
    _LOADED.append(path)
    return load(path)


def _hash_dump(model: Any, path: Path) -> None:
    """Write what the hash seed makes of a text."""
    path.write_bytes(pickle.dumps(model) + str(hash("savebench")).encode())


def _loop_load(path: Path, loops: int = LOOPS) -> Any:
    """Do what is so many instructions each time, and takes however long."""
    for _ in range(loops):
        pass
    return load(path)


def _loop_twice_load(path: Path) -> Any:
    return _loop_load(path, 2 * LOOPS)


def _crawl_dump(model: Any, path: Path) -> None:
    """Take a second a megabyte."""
    dump(model, path)
    burn(path.stat().st_size * CRAWL_S_PER_BYTE)


def _crawl_load(path: Path) -> Any:
    """Take a second a megabyte."""
    burn(path.stat().st_size * CRAWL_S_PER_BYTE)
    return load(path)


def _burn_load(path: Path) -> Any:
    burn(LOAD_BURN_S)
    return load(path)


def _touch_load(path: Path) -> Any:
    with mmap.mmap(-1, TOUCHED_BYTES) as memory:
        for offset in range(0, TOUCHED_BYTES, mmap.PAGESIZE):
            memory[offset] = 1
    return load(path)


class Many(Tiny):
    """A model of many small arrays; each is mapped by itself where a load maps them."""

    def __init__(self, count: int) -> None:
        """Hold so many."""
        super().__init__()
        numpy = __import__("numpy")
        self.arrays = [numpy.full(2, float(number)) for number in range(count)]


class _Holder(Tiny):
    """A model that holds private memory, every page of it written."""

    def __init__(self, held_bytes: int) -> None:
        super().__init__()
        self.memory = mmap.mmap(-1, held_bytes, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        for offset in range(0, held_bytes, mmap.PAGESIZE):
            self.memory[offset] = 1


def _hold_load(path: Path) -> Any:
    load(path)
    return _Holder(TOUCHED_BYTES)


def _dump_zeros(model: Any, path: Path) -> None:
    del model
    with path.open("wb") as stream:
        for _ in range(64):
            stream.write(bytes(MAPPED_BYTES // 64))


class _Reader(Tiny):
    """A model that reads every page of what it was given, when it answers."""

    def __init__(self, memory: Any) -> None:
        super().__init__()
        self.memory = memory

    def predict(self, x: Any) -> Any:
        return x * 2 + sum(self.memory[:: mmap.PAGESIZE])


def _load_mapped(path: Path) -> Any:
    with path.open("rb") as stream:
        return _Reader(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))


def _load_copied(path: Path) -> Any:
    return _Reader(path.read_bytes())


class _Browser(_Reader):
    """A model that reads one page of what it was given with each answer."""

    answers = 0

    def predict(self, x: Any) -> Any:
        self.answers += 1
        return x * 2 + self.memory[self.answers * mmap.PAGESIZE % len(self.memory)]


def _load_browsed(path: Path) -> Any:
    return _Browser(_load_mapped(path).memory)


class _Objects(Tiny):
    """A model of many small objects, which it uses a hundredth of with each answer."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = 0
        self.chunks = [
            [float(number) for number in range(chunk, chunk + CHUNK_FLOATS)]
            for chunk in range(CHUNKS)
        ]

    def predict(self, x: Any) -> Any:
        self.answers += 1
        return x * 2 + 0 * sum(self.chunks[self.answers % CHUNKS])


def _load_objects(path: Path) -> Any:
    load(path)
    return _Objects()


class _PutOff(Tiny):
    """A model that has work left for its fiftieth answer."""

    answers = 0

    def predict(self, x: Any) -> Any:
        self.answers += 1
        burn(PUT_OFF_S if self.answers == 50 else 0)
        return x * 2


def _load_put_off(path: Path) -> Any:
    load(path)
    return _PutOff()


def _wait_in_c(library: Callable[[None], Any]) -> Callable[[Path], Any]:
    """Return a load that stays in C for a while; `library` decides whether it keeps the GIL."""

    def load_in_c(path: Path) -> Any:
        library(None).usleep(int(GRIP_S * 1e6))
        return load(path)

    return load_in_c


class _Lazy(Tiny):
    """A proxy that loads when it is first asked."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def predict(self, x: Any) -> Any:
        return _burn_load(self.path).predict(x)


def _witness(path: Path) -> Any:
    from savebench.system.cache import resident_pages

    print(f"resident pages: {resident_pages(path)}")  # noqa: T201 - it gives evidence
    return load(path)


def _in_a_worker(deed: Callable[[], Any]) -> Callable[[], None]:
    """Return a deed that is done in a worker only, not where a load is timed or rehearsed."""

    def perhaps() -> None:
        names = {
            (frame.f_globals.get("__name__"), frame.f_code.co_name)
            for frame, _ in traceback.walk_stack(None)
        }
        if ("savebench.trial.forked", "_work") in names:
            deed()

    return perhaps


def _before(deed: Callable[[], Any]) -> Callable[[Path], Any]:
    def load_after(path: Path) -> Any:
        deed()
        return load(path)

    return load_after


def _raise() -> None:
    raise ValueError("planted | `trouble`\nin two lines")


def _refuse() -> None:
    raise Unsupported("planted: this model cannot be carried")


def _hang() -> None:
    time.sleep(3600)


def _hang_with_a_child() -> None:
    if os.fork() == 0:
        time.sleep(3600)
        os._exit(0)
    time.sleep(3600)


def _print() -> None:
    print("planted noise on stdout")  # noqa: T201 - that is its fault
    print("planted noise on stderr", file=sys.stderr)  # noqa: T201 - that is its fault
    os.write(1, b'{"outcome": "ok"}\n')


def _hoard() -> None:
    hoard = [bytearray(64 * 2**20) for _ in range(1000)]
    hoard.clear()


def _write_nothing(model: Any, path: Path) -> None:
    del model, path


def _write_folder(model: Any, path: Path) -> None:
    (path / "inner").mkdir(parents=True)
    dump(model, path / "inner" / "model.pickle")


def _load_folder(path: Path) -> Any:
    return load(path / "inner" / "model.pickle")


def _write_beside(model: Any, path: Path) -> None:
    """Keep the bulk in a file beside the path, as old joblib and ``np.save`` do."""
    dump(type(model)(), path)
    path.with_name("model.npy").write_bytes(model.payload)


def _load_beside(path: Path) -> Any:
    model = load(path)
    model.payload = path.with_name("model.npy").read_bytes()
    return model


def _write_litter(model: Any, path: Path) -> None:
    """Leave a file everywhere but at the path, and a temporary one that is gone when it returns."""
    tempfile.TemporaryFile(dir=path.parent).close()
    descriptor, _ = tempfile.mkstemp("", "left-")
    os.close(descriptor)
    Path("log.txt").write_text("1", encoding="ascii")
    (path.parent.parent / "above.bin").write_bytes(b"12")
    dump(model, path.with_name(f"{path.name}.pkl"))


def _write_link(model: Any, path: Path) -> None:
    dump(model, target := Path(__file__).parent / f".{os.getpid()}.planted")
    path.symlink_to(target)
    target.unlink()


def _write_tidily(model: Any, path: Path) -> None:
    """Replace the folder around the path, by way of temporary files, and link within."""
    shutil.rmtree(path.parent)
    with tempfile.TemporaryDirectory() as folder:
        dump(model, Path(folder) / "model.pickle")
        shutil.copytree(folder, path / "inner")
    (path / "again").hardlink_to(path / "inner" / "model.pickle")
    (path / "latest").symlink_to("inner")


class _Wrong(Tiny):
    def predict(self, x: Any) -> Any:
        return x * 2 + 0.5


def _load_wrong(path: Path) -> Any:
    load(path)
    return _Wrong()


def _load_nothing(path: Path) -> Any:
    del path


_BUILD = json.loads(os.environ.get("SAVEBENCH_PLANTED_BUILD", "{}"))
"""How this build differs from another: see `_build_dump`, `_build_load` and `_slowed`."""


def _build_dump(model: Any, path: Path) -> None:
    """Write some bytes more in one build than in another, by holding more memory, or fail."""
    if _BUILD.get("dump_raises"):
        raise ValueError("planted: this build cannot dump")
    with mmap.mmap(-1, max(1, _BUILD.get("dump_peak_bytes", 0))) as memory:
        memory.write(b"1" * len(memory))
    dump(model, path)
    with path.open("ab") as stream:
        stream.write(b"." * _BUILD.get("more_bytes", 0))
        if _BUILD.get("any_bytes"):
            stream.write(b"." * (os.getpid() % 7))


def _build_load(path: Path) -> Any:
    """Take 5 ms, and as much longer as this build is slower."""
    burn(0.005 * (1 + _BUILD.get("slower", 0.0)))
    return load(path)


def _slowed(row: Serializer) -> Serializer:
    """Return a real row that this build makes slower by a share of what each operation takes."""
    name = f"slowed-{row.name}"
    share = _BUILD.get("slower", 0.0) if name in _BUILD.get("rows", ()) else 0.0

    def timed(operation: Callable[..., Any]) -> Callable[..., Any]:
        def operate(*arguments: Any) -> Any:
            start = time.perf_counter()
            result = operation(*arguments)
            burn(share * (time.perf_counter() - start))
            return result

        return operate

    return dataclasses.replace(row, name=name, dump=timed(row.dump), load=timed(row.load))


def slowed() -> tuple[Serializer, ...]:
    """Return real rows that a build may slow down."""
    from savebench.serializers.joblibs import rows as joblibs
    from savebench.serializers.pickles import rows as pickles

    wanted = ("pickle", "joblib", "joblib+zlib3", "joblib+lz4")
    return tuple(_slowed(row) for row in (*pickles(), *joblibs()) if row.name in wanted)


def _bad(name: str, deed: Callable[[], Any]) -> Serializer:
    return Serializer(name=f"planted-{name}", dump=dump, load=_before(deed))


def serializers() -> tuple[Serializer, ...]:
    """Return one row a fault."""
    return (
        Serializer(name="planted-good", dump=dump, load=load),
        Serializer(name="planted-burn", dump=_burn_dump, load=_burn_load),
        Serializer(name="planted-crawl", dump=_crawl_dump, load=_crawl_load),
        Serializer(name="planted-first", dump=dump, load=_first_load),
        Serializer(name="planted-hash", dump=_hash_dump, load=load),
        Serializer(name="planted-loop", dump=dump, load=_loop_load),
        Serializer(name="planted-loop-twice", dump=dump, load=_loop_twice_load),
        Serializer(name="planted-touch", dump=dump, load=_touch_load),
        Serializer(name="planted-nothing", dump=_write_nothing, load=load),
        Serializer(name="planted-folder", dump=_write_folder, load=_load_folder),
        Serializer(name="planted-beside", dump=_write_beside, load=_load_beside),
        Serializer(name="planted-litter", dump=_write_litter, load=load),
        Serializer(name="planted-link", dump=_write_link, load=load),
        Serializer(name="planted-tidy", dump=_write_tidily, load=_load_folder),
        Serializer(name="planted-wrong", dump=dump, load=_load_wrong),
        Serializer(name="planted-none", dump=dump, load=_load_nothing),
        Serializer(
            name="planted-bad-import", dump=dump, load=load, modules=("planted_bad_import",)
        ),
        Serializer(name="planted-hold", dump=dump, load=_hold_load),
        Serializer(name="planted-mapped", dump=_dump_zeros, load=_load_mapped),
        Serializer(name="planted-copied", dump=_dump_zeros, load=_load_copied),
        Serializer(name="planted-browsed", dump=_dump_zeros, load=_load_browsed),
        Serializer(name="planted-objects", dump=dump, load=_load_objects),
        Serializer(name="planted-put-off", dump=dump, load=_load_put_off),
        Serializer(name="planted-keeps-gil", dump=dump, load=_wait_in_c(ctypes.PyDLL)),
        Serializer(name="planted-frees-gil", dump=dump, load=_wait_in_c(ctypes.CDLL)),
        Serializer(name="planted-lazy", dump=dump, load=_Lazy),
        Serializer(name="planted-build", dump=_build_dump, load=_build_load),
        Serializer(name="planted-witness", dump=dump, load=_witness),
        _bad("raise", _raise),
        _bad("refuse", _refuse),
        _bad("segfault", lambda: ctypes.string_at(0)),
        _bad("kill", lambda: os.kill(os.getpid(), signal.SIGKILL)),
        _bad("exit", lambda: os._exit(3)),
        _bad("sys-exit", lambda: sys.exit("planted farewell")),
        _bad("hang", _hang),
        _bad("hang-with-child", _hang_with_a_child),
        _bad("print", _print),
        _bad("hoard", _hoard),
        _bad("worker-raise", _in_a_worker(_raise)),
        _bad("worker-segfault", _in_a_worker(lambda: ctypes.string_at(0))),
        _bad("worker-exit", _in_a_worker(lambda: os._exit(3))),
        _bad("worker-hang", _in_a_worker(_hang_with_a_child)),
        _bad("worker-hoard", _in_a_worker(_hoard)),
        _bad("worker-print", _in_a_worker(_print)),
    )


def workloads() -> tuple[Workload, ...]:
    """Return a workload that builds at once, and one that cannot be built."""
    return (
        Workload(
            name="planted-tiny",
            build=lambda target_bytes, seed: Tiny(bytes([seed % 256]) * target_bytes),
            probe=lambda model, seed: __import__("numpy").arange(5.0),
            sizes=("1KB", "100KB"),
            modules=("planted_rows",),
            stresses="nothing: it is there to be measured in no time",
        ),
        Workload(
            name="planted-many",
            build=lambda target_bytes, seed: Many(target_bytes // 100),
            probe=lambda model, seed: __import__("numpy").arange(5.0),
            sizes=("1KB", "100KB"),
            modules=("planted_rows",),
            stresses="file descriptors",
        ),
        Workload(
            name="planted-any-size",
            build=lambda target_bytes, seed: Tiny(bytes([seed % 256]) * 2000),
            probe=lambda model, seed: __import__("numpy").arange(5.0),
            sizes=("1MB",),
            modules=("planted_rows",),
            stresses="a size that the model does not have",
        ),
        Workload(
            name="planted-unbuildable",
            build=lambda target_bytes, seed: 1 // 0,
            probe=lambda model, seed: None,
            sizes=("1KB",),
            stresses="the builder",
        ),
        _unsaved("locked", Locked),
        _unsaved("reopened", Reopened),
        _unsaved("chained", lambda: Chained(250)),
    )


def _unsaved(name: str, make: Callable[[], Any]) -> Workload:
    return Workload(
        name=f"planted-{name}",
        build=lambda target_bytes, seed: make(),
        probe=lambda model, seed: __import__("numpy").arange(5.0),
        sizes=("1KB",),
        modules=("planted_rows",),
        stresses="what says why a model cannot be saved",
    )
