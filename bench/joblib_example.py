"""Joblib's published example of compressors, both ways: ``python -m bench.joblib_example``.

Joblib's documentation publishes, under "Improving I/O using compressors"
(``joblib.readthedocs.io/en/stable/auto_examples/compressors_comparison.html``; the script is
``examples/compressors_comparison.py`` of joblib's repository), what dump and load of a data frame
take raw and compressed: each once, all in one process, one after another. Here the same is measured
in three ways: as the example does it; in a hot loop, as ``savebench run --steady`` does it
(`savebench.trial.repeating`); and as a first operation, imports done, in a fresh interpreter.

The example downloads the first million rows of KDD Cup 99. Nothing is downloaded here: a frame of
the same shape is made, with as many columns of the same types and as long runs of equal rows, so
that it compresses nearly as well. The example names 18 of the file's 42 columns, so that pandas
makes an index of the first 24; so does this frame.

Prints a table, and writes it to ``results/joblib_example/README.md``: run it alone. About three
minutes, 2 GB of memory and 2 GB of disk.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from textwrap import wrap
from time import perf_counter
from typing import Any

ROWS = 1_000_000
ROUNDS = 3
_INDEX_NUMBERS, _INDEX_TEXTS, _RATES, _COUNTS = 21, 3, 15, 2
_RUN_LENGTH = 60
"""Equal rows in a row, on average: KDD Cup 99 records floods, connection by connection."""
_LIMIT_S = 240.0
_OUT = Path(__file__).resolve().parent.parent / "results" / "joblib_example" / "README.md"

SERIALIZERS = {
    "pickle": "pickle",
    "raw": "joblib",
    "LZ4": "joblib+lz4",
    "Zlib": "joblib+zlib3",
    "LZMA": "joblib+lzma3",
}
"""What the example calls it -> the catalogue's row; the example has no plain pickle."""


@dataclass(frozen=True, slots=True)
class Published:
    """What joblib's documentation prints for one way of saving."""

    dump_s: float
    load_s: float
    size_mb: float


PUBLISHED = {
    "raw": Published(0.267, 0.502, 305.222),
    "LZ4": Published(0.297, 0.648, 9.762),
    "Zlib": Published(1.311, 0.669, 5.954),
    "LZMA": Published(3.169, 1.110, 2.876),
}
"""As the page stood when it was built with Sphinx-Gallery's ``code-block:: default``, before 2022;
each build of the documentation prints other figures. Its script took 57.9 s in all."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One operation here, in seconds: as the example has it, in a hot loop, and fresh."""

    example_s: float
    steady_s: float
    fresh_s: float


def frame(rows: int, seed: int = 0) -> Any:
    """Return a data frame of the example's shape: 24 levels of index, 18 columns, runs of rows."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(seed)
    lengths = rng.geometric(1 / _RUN_LENGTH, size=max(1, rows))
    lengths = lengths[: int(np.searchsorted(np.cumsum(lengths), rows)) + 1]
    chosen = np.repeat(np.arange(len(lengths)), lengths)[:rows]
    distinct = len(lengths)

    def text(*words: str) -> Any:
        return np.array(words, dtype=object)[rng.integers(len(words), size=distinct)][chosen]

    def number(most: int) -> Any:
        return rng.integers(most, size=distinct)[chosen]

    levels = [text("icmp", "tcp", "udp"), text("ecr_i", "http", "private", "smtp")]
    levels += [text("SF", "S0", "REJ")]
    levels += [number(1000), number(5000)]
    levels += [number(2) for _ in range(_INDEX_NUMBERS - 4)]
    levels += [number(512), number(512)]
    columns: dict[str, Any] = {
        f"rate_{place}": rng.integers(101, size=distinct)[chosen] / 100 for place in range(_RATES)
    }
    columns |= {f"count_{place}": number(256) for place in range(_COUNTS)}
    columns["label"] = text("smurf.", "neptune.", "normal.")
    return pd.DataFrame(columns, index=pd.MultiIndex.from_arrays(levels))


def main() -> None:
    """Measure, or be one of the processes that measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--trial", nargs=3, metavar=("WHAT", "ROW", "FOLDER"))
    asked = parser.parse_args()
    if asked.trial:
        what, row, folder = asked.trial
        print(json.dumps(TRIALS[what](row, Path(folder))))
        return
    with tempfile.TemporaryDirectory() as folder:
        text = page(*measure(Path(folder), asked.rows, asked.rounds))
    print(text)
    if asked.rows == ROWS:
        _OUT.parent.mkdir(parents=True, exist_ok=True)
        _OUT.write_text(text, encoding="utf-8")


def measure(
    folder: Path, rows: int, rounds: int
) -> tuple[dict[str, Figures], dict[str, Figures], dict[str, float]]:
    """Return figures of dump and of load, and sizes in MB, by the example's names."""
    frame(rows).to_pickle(folder / "frame")
    fresh: dict[tuple[str, str], list[float]] = {}
    for _ in range(rounds):
        for row in SERIALIZERS.values():
            for what in ("dump", "load"):
                fresh.setdefault((what, row), []).append(_trial(what, row, folder))
    example = _trial("example", "-", folder)
    steady = {row: _trial("steady", row, folder) for row in SERIALIZERS.values()}
    dumps, loads, sizes = {}, {}, {}
    for name, row in SERIALIZERS.items():
        dumps[name], loads[name] = (
            Figures(example[row][what], steady[row][what], median(fresh[what, row]))
            for what in ("dump", "load")
        )
        sizes[name] = (folder / row).stat().st_size / 1e6
    return dumps, loads, sizes


def _trial(what: str, row: str, folder: Path) -> Any:
    """Return what a fresh interpreter measured."""
    process = subprocess.run(
        [sys.executable, "-m", "bench.joblib_example", "--trial", what, row, str(folder)],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        cwd=_OUT.parent.parent.parent,
        check=True,
        stdout=subprocess.PIPE,
        timeout=_LIMIT_S,
    )
    return json.loads(process.stdout)


def _row(name: str) -> Any:
    import pandas as pd  # noqa: F401 - imports are no part of the time

    from savebench.catalogue.providers import load_catalogue

    row = load_catalogue().serializers[name].row
    for module in row.modules:
        __import__(module)
    return row


def _received(folder: Path) -> Any:
    import pandas as pd

    return pd.read_pickle(folder / "frame")


def _first_dump(name: str, folder: Path) -> float:
    row, model = _row(name), _received(folder)
    (folder / name).unlink(missing_ok=True)
    return _timed(partial(row.dump, model, folder / name))


def _first_load(name: str, folder: Path) -> float:
    row = _row(name)
    (folder / name).read_bytes()
    return _timed(partial(row.load, folder / name))


def _as_the_example(_: str, folder: Path) -> dict[str, dict[str, float]]:
    """Dump and load once with each row, one after another, in this process."""
    rows = {name: _row(name) for name in SERIALIZERS.values()}
    model, path = _received(folder), folder / "example"
    found = {}
    for name, row in rows.items():
        found[name] = {
            "dump": _timed(partial(row.dump, model, path)),
            "load": _timed(partial(row.load, path)),
        }
    return found


def _steady(name: str, folder: Path) -> dict[str, float]:
    from savebench.trial.repeating import repeated

    row, model, path = _row(name), _received(folder), folder / "steady"
    dumps = repeated(partial(row.dump, model, path), partial(path.unlink, missing_ok=True))
    del model
    loads = repeated(partial(row.load, path))
    return {
        "dump": dumps.median_s if dumps else float("nan"),
        "load": loads.median_s if loads else float("nan"),
    }


def _timed(operation: Callable[[], Any]) -> float:
    start = perf_counter()
    result = operation()
    spent_s = perf_counter() - start
    del result
    return spent_s


TRIALS: Mapping[str, Callable[[str, Path], Any]] = {
    "dump": _first_dump,
    "load": _first_load,
    "example": _as_the_example,
    "steady": _steady,
}


def page(
    dumps: Mapping[str, Figures], loads: Mapping[str, Figures], sizes_mb: Mapping[str, float]
) -> str:
    """Return the page: seconds, and what is left when each column is divided by its own raw."""
    lines = ["# Joblib's example of compressors, both ways", "", *_HEAD, ""]
    for what, figures in (("load", loads), ("dump", dumps)):
        lines += [f"## {what.capitalize()}", "", *_table(what, figures), ""]
    lines += ["## Size", "", "| | published, MB | here, MB |", "|:--|--:|--:|"]
    lines += [
        f"| {name} | {_published(name, 'size_mb')} | {size:.1f} |"
        for name, size in sizes_mb.items()
    ]
    return "\n".join([*lines, "", *_reading(loads), ""])


_WAYS = ("published", "as the example", "hot loop", "fresh")
_HEAD = [
    "Made by `python -m bench.joblib_example`, which says what it measures. *Published* is what",
    "joblib's documentation prints for KDD Cup 99, on a machine of its own; *as the example* is",
    "the same sequence here, each once in one process, on a frame of the same shape that was made;",
    "*hot loop* and *fresh* are `load_steady_s` and `load_s` (for dumps `dump_steady_s` and",
    "`dump_s`) of savebench. *x raw* divides a column by its own raw: machines cancel.",
]


def _table(what: str, figures: Mapping[str, Figures]) -> list[str]:
    raw = figures["raw"]
    lines = [
        f"| | {' | x raw | '.join(_WAYS)} | x raw | fresh / hot loop |",
        "|:--|" + "--:|" * 9,
    ]
    for name, each in figures.items():
        pairs = [
            f"{_published(name, f'{what}_s')} | {_published_ratio(name, f'{what}_s')}",
            f"{each.example_s:.3f} s | {each.example_s / raw.example_s:.2f}",
            f"{each.steady_s:.3f} s | {each.steady_s / raw.steady_s:.2f}",
            f"{each.fresh_s:.3f} s | {each.fresh_s / raw.fresh_s:.2f}",
        ]
        lines.append(f"| {name} | {' | '.join(pairs)} | {each.fresh_s / each.steady_s:.2f} |")
    return lines


def _published(name: str, field: str) -> str:
    if name not in PUBLISHED:
        return "-"
    value = getattr(PUBLISHED[name], field)
    return f"{value:.1f}" if field == "size_mb" else f"{value:.3f} s"


def _published_ratio(name: str, field: str) -> str:
    if name not in PUBLISHED:
        return "-"
    return f"{getattr(PUBLISHED[name], field) / getattr(PUBLISHED['raw'], field):.2f}"


def _reading(loads: Mapping[str, Figures]) -> list[str]:
    """Return what the columns say of each other, computed from them."""
    raw = loads["raw"]
    lines = ["## What explains the rest", ""]
    for name, published in PUBLISHED.items():
        if name == "raw":
            continue
        said = published.load_s / PUBLISHED["raw"].load_s
        by_loop, by_fresh = loads[name].steady_s / raw.steady_s, loads[name].fresh_s / raw.fresh_s
        nearer = "hot loop" if abs(by_loop / said - 1) < abs(by_fresh / said - 1) else "fresh"
        lines.append(
            f"- {name} loads in {said:.2f} x raw as published, {by_loop:.2f} in the hot loop and "
            f"{by_fresh:.2f} fresh: *{nearer}* is nearer, off by a factor of "
            f"{min((by_loop / said, by_fresh / said), key=lambda ratio: abs(ratio - 1)):.2f}."
        )
    pages_s = raw.fresh_s - raw.steady_s
    notes = (
        (
            f"- A fresh raw load takes {1e3 * pages_s:.0f} ms more than one of the hot loop (below "
            "nothing: less, for the loop frees what it loaded within its time). What is more are "
            "pages that the kernel has to clear and map, and a loop has from the load before. All "
            "ways of saving need the same pages: where they weigh, they bring the columns *x raw* "
            "of fresh loads nearer to 1 than those of the loop."
        ),
        "- The frame here is made, and compresses otherwise than KDD Cup 99 does (see the sizes).",
        (
            "- The documentation was built with other versions of pandas, joblib and lz4, and on "
            "another machine: what is left where all three columns of this machine agree."
        ),
    )
    for note in notes:
        lines += wrap(note, 100, subsequent_indent="  ")
    return lines


if __name__ == "__main__":
    main()
