"""What people say of compression, of the files and of memory: the claims as data."""

from collections.abc import Callable, Sequence

from savebench.summary.claims import sources
from savebench.summary.claims.claim import EVERY, LARGE, LARGE_ARRAYS, TREES, Claim, Line, Models
from savebench.summary.claims.ground import Ground
from savebench.summary.claims.missing import RESIDENT
from savebench.summary.claims.questions import NOT_WORSE_NOTE, Compare, Expects, Multiple
from savebench.summary.claims.special import BestTradeOff, NotMapped, SameBytes, Smallest
from savebench.summary.evidence import WARM

_COLD = "load_cold_predict_s"
_SEVERAL = 2.0
"""Several times as much, or as little: more than twice."""
_COPY = 0.9
"""A dump that takes this share of the model's bytes holds a copy of it."""


def _compared(  # noqa: PLR0913, PLR0917 - the columns of a table
    aspect: str,
    row: str,
    other: str,
    metric: str,
    expects: Expects = "less",
    models: Models = EVERY,
) -> Line:
    question = Compare(row=row, other=other, metric=metric, expects=expects)
    return Line(aspect=aspect, models=models, question=question)


def _only(row: str) -> Callable[[Ground], Sequence[str]]:
    return lambda _: (row,)


def _copying(row: str) -> Line:
    question = Multiple(rows=_only(row), named=(row,), metric="dump_peak_bytes", bound=_COPY)
    return Line(aspect=row, models=LARGE, question=question)


def _loading(aspect: str, prefix: str, named: str) -> Line:
    question = Multiple(
        rows=lambda ground: ground.compressed(prefix),
        named=(named,),
        metric="load_peak_bytes",
        bound=_SEVERAL,
    )
    return Line(aspect=aspect, models=LARGE, question=question)


COMPRESSION = (
    Claim(
        name="lz4-faster-than-none",
        sentence="lz4 is faster than no compression at all",
        sources=(sources.JOBLIB_COMPRESSORS,),
        lines=(
            _compared("load, warm", "joblib+lz4", "joblib", WARM),
            _compared("load, cold", "joblib+lz4", "joblib", _COLD),
            _compared("dump", "joblib+lz4", "joblib", "dump_s"),
            _compared("dump and fsync", "joblib+lz4", "joblib", "dump_sync_s"),
        ),
    ),
    Claim(
        name="zlib-3-best",
        sentence="zlib level 3 is the best trade-off of time and size",
        sources=(sources.JOBLIB, sources.JOBLIB_COMPRESSORS, sources.LSTCHAIN),
        lines=(
            Line(
                aspect="not beaten both ways", models=EVERY, question=BestTradeOff("joblib+zlib3")
            ),
        ),
        note="beaten: another compressed row of the run has a file no larger, and dumps and loads "
        "in less time",
    ),
    Claim(
        name="zstd-beats-zlib",
        sentence="zstd beats zlib",
        sources=(sources.ZSTD,),
        lines=(
            _compared("load", "joblib+zstd3", "joblib+zlib3", WARM),
            _compared("dump", "joblib+zstd3", "joblib+zlib3", "dump_s"),
            _compared("file size", "joblib+zstd3", "joblib+zlib3", "size_bytes"),
        ),
    ),
    Claim(
        name="zstd-beats-lz4",
        sentence="zstd beats lz4",
        sources=(sources.ZSTD,),
        lines=(
            _compared("load", "joblib+zstd3", "joblib+lz4", WARM),
            _compared("dump", "joblib+zstd3", "joblib+lz4", "dump_s"),
            _compared("file size", "joblib+zstd3", "joblib+lz4", "size_bytes"),
        ),
    ),
    Claim(
        name="higher-levels-read-slower",
        sentence="what is compressed at a higher level reads slower",
        sources=(sources.ZSTD, sources.LSTCHAIN),
        lines=(
            _compared("zlib 9 for 1", "joblib+zlib9", "joblib+zlib1", WARM, "more"),
            _compared("zstd 19 for 1", "pickle+zstd19", "pickle+zstd1", WARM, "more"),
            _compared("xz 6 for 1", "joblib+xz6", "joblib+xz1", WARM, "more"),
            _compared("bz2 9 for 3", "joblib+bz29", "joblib+bz23", WARM, "more"),
        ),
        note="zstd's makers say that it does not",
    ),
    Claim(
        name="joblib-compresses-lighter",
        sentence="joblib compresses as fast as pickle through the same codec, in less memory",
        sources=(sources.JOBLIB_ADVANTAGES,),
        lines=(
            _compared("load", "joblib+zstd3", "pickle+zstd3", WARM, "not more"),
            _compared("dump", "joblib+zstd3", "pickle+zstd3", "dump_s", "not more"),
            _compared("memory of a dump", "joblib+zstd3", "pickle+zstd3", "dump_peak_bytes"),
            _compared("memory of a load", "joblib+zstd3", "pickle+zstd3", "load_peak_bytes"),
        ),
        note=NOT_WORSE_NOTE,
    ),
    Claim(
        name="forests-shrink",
        sentence="compression makes a forest's file several times smaller",
        sources=(sources.LSTCHAIN, sources.QUANTCO),
        lines=(
            Line(
                aspect="file size",
                models=TREES,
                question=Compare(
                    row="joblib+zlib3", other="joblib", metric="size_bytes", bound=1 / _SEVERAL
                ),
            ),
        ),
        note="several times: to less than half",
    ),
    Claim(
        name="xz-smallest",
        sentence="xz makes the smallest files",
        sources=(sources.JOBLIB_COMPRESSORS, sources.QUANTCO),
        lines=(Line(aspect="file size", models=EVERY, question=Smallest(("xz", "lzma"))),),
    ),
)

FILES = (
    Claim(
        name="compressed-not-mapped",
        sentence="compressed files cannot be mapped",
        sources=(sources.JOBLIB_LOAD, sources.STACK_OVERFLOW),
        lines=(Line(aspect="memory of a load", models=LARGE_ARRAYS, question=NotMapped()),),
        note="a mapped load takes less than half of the model's bytes, a compressed one more; none "
        "asks to be mapped, which joblib would ignore, with a warning",
    ),
    Claim(
        name="same-bytes",
        sentence="two dumps of one model are the same bytes",
        sources=(sources.JOBLIB_BYTES,),
        lines=(
            Line(aspect="pickle", models=EVERY, question=SameBytes(("pickle",))),
            Line(aspect="joblib", models=EVERY, question=SameBytes(("joblib",))),
            Line(aspect="every row", models=EVERY, question=SameBytes()),
        ),
        note="of one model in fresh processes whose hashes are seeded differently",
    ),
)

MEMORY = (
    Claim(
        name="compressed-load-memory",
        sentence="a compressed load needs several times the model's memory",
        sources=(sources.JOBLIB_MEMORY,),
        lines=(
            _loading("joblib's own", "joblib+", "joblib+zlib3"),
            _loading("pickle, a stream", "pickle+", "pickle+zstd3"),
        ),
        note="several: more than twice the pickled model",
    ),
    Claim(
        name="dump-needs-a-copy",
        sentence="dumping needs a copy of the model in memory",
        sources=(sources.PICKLE_COPIES, sources.JOBLIB_DUMP_MEMORY),
        lines=tuple(_copying(row) for row in ("pickle", "joblib", "joblib+zlib3", "skops")),
        note="a copy: at least nine tenths of the bytes of the pickled model",
    ),
    Claim(
        name="forest-heavier-than-file",
        sentence="a loaded forest weighs more than its file",
        sources=(sources.RANDOM_FOREST_MEMORY,),
        lines=tuple(
            Line(
                aspect=row,
                models=TREES,
                question=Multiple(
                    rows=_only(row), named=(row,), metric=RESIDENT, bound=1.0, by="file"
                ),
            )
            for row in ("pickle", "joblib")
        ),
    ),
)
