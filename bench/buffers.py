"""One operation on one large buffer, and what it took: the processes of `bench.one_buffer`.

``python -m bench.buffers NAME ARM BYTES PATH`` prints its counts as JSON.
"""

import ctypes
import json
import resource
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

from savebench.system.memory import Level

NO_HUGE_PAGES = "all off"
_PR_SET_THP_DISABLE = 41


def main(name: str, arm: str, size: str, path: str) -> None:
    """Do one operation and print what it took, as JSON."""
    if arm == NO_HUGE_PAGES:  # before NumPy is there
        ctypes.CDLL(None).prctl(_PR_SET_THP_DISABLE, 1, 0, 0, 0)
    operate = OPERATIONS[name](int(size) // 8, Path(path))
    _counts()  # the first reading faults pages in
    own = _since(_counts())
    level = Level.begin()
    before = _counts()
    start = perf_counter()
    kept = operate()
    time_s = perf_counter() - start
    found = _since(before)
    peak_bytes = level.peak_bytes()
    told = {key: max(0, value - own[key]) for key, value in found.items()}
    print(json.dumps({"time_s": time_s, "peak_bytes": peak_bytes, **told}))
    del kept


def _since(before: dict[str, int]) -> dict[str, int]:
    """Return how much was counted since, the counting included."""
    after = _counts()
    return {key: after[key] - value for key, value in before.items()}


def _counts() -> dict[str, int]:
    """Return the page faults of this process so far, and its calls of read and write."""
    lines = Path("/proc/self/io").read_text("ascii").splitlines()
    fields = {name: int(value) for name, value in (line.split(": ") for line in lines)}
    return {
        "faults": resource.getrusage(resource.RUSAGE_SELF).ru_minflt,
        "calls": fields["syscr"] + fields["syscw"],
        "moved_bytes": fields["rchar"] + fields["wchar"],
    }


Operate = Callable[[], Any]


def _buffer(count: int) -> Any:
    import numpy as np

    return np.arange(count, dtype=np.float64)


def _copy_to_warm(count: int, _: Path) -> Operate:
    import numpy as np

    source, target = _buffer(count), _buffer(count)
    return lambda: np.copyto(target, source)


def _copy_to_fresh(count: int, _: Path) -> Operate:
    copy: Operate = _buffer(count).copy
    return copy


def _sum(count: int, _: Path) -> Operate:
    add_up: Operate = _buffer(count).sum
    return add_up


def _write(count: int, path: Path) -> Operate:
    source = _buffer(count)

    def operate() -> None:
        with path.open("wb", buffering=0) as file:
            file.write(source.data)

    return operate


def _read_into(count: int, path: Path) -> Operate:
    import numpy as np

    def operate() -> Any:
        memory = np.empty(count)
        with path.open("rb", buffering=0) as file:
            file.readinto(memory.data.cast("B"))
        return memory

    return operate


def _read_bytes(_: int, path: Path) -> Operate:
    return path.read_bytes


def _pickle_dump(protocol: int) -> Callable[[int, Path], Operate]:
    def prepare(count: int, path: Path) -> Operate:
        import pickle

        source = _buffer(count)

        def operate() -> None:
            with path.open("wb") as file:
                pickle.dump(source, file, protocol=protocol)

        return operate

    return prepare


def _pickle_load(_: int, path: Path) -> Operate:
    import pickle

    import numpy as np  # noqa: F401 - unpickling needs it, and its import is not measured

    def operate() -> Any:
        with path.open("rb") as file:
            return pickle.load(file)

    return operate


def _joblib_dump(count: int, path: Path) -> Operate:
    import joblib

    source = _buffer(count)
    return lambda: joblib.dump(source, str(path))


def _joblib_load(_: int, path: Path) -> Operate:
    import joblib
    import numpy as np  # noqa: F401 - as above

    return lambda: joblib.load(str(path))


def _joblib_map(_: int, path: Path) -> Operate:
    import joblib

    def operate() -> Any:
        mapped = joblib.load(str(path), mmap_mode="r")
        mapped.sum()
        return mapped

    return operate


OPERATIONS: Mapping[str, Callable[[int, Path], Operate]] = {
    "read: sum": _sum,
    "copy to warm memory": _copy_to_warm,
    "copy to fresh memory": _copy_to_fresh,
    "write the bytes": _write,
    "pickle 5 dump": _pickle_dump(5),
    "pickle 4 dump": _pickle_dump(4),
    "joblib dump": _joblib_dump,
    "read into a fresh array": _read_into,
    "read as bytes": _read_bytes,
    "pickle 5 load": _pickle_load,
    "pickle 4 load": _pickle_load,
    "joblib load": _joblib_load,
    "joblib mapped load, and sum": _joblib_map,
}
MADE_BY: Mapping[str, str] = {
    "read into a fresh array": "write the bytes",
    "read as bytes": "write the bytes",
    "pickle 5 load": "pickle 5 dump",
    "pickle 4 load": "pickle 4 dump",
    "joblib load": "joblib dump",
    "joblib mapped load, and sum": "joblib dump",
}
"""What reads a file -> what writes it."""


if __name__ == "__main__":
    main(*sys.argv[1:])
