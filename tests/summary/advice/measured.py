"""Realistic candidate sets, for tests of what reads them: seconds and bytes of one machine.

A forest of 182 MB, a k-NN of 512 MB, a TF-IDF pipeline of 24 MB and a linear model of 1 KB; each
time has an interval of 4 % either way after 8 rounds.
"""

from collections.abc import Mapping
from dataclasses import replace

from savebench.summary.advice import Candidate, Estimate, Facts

MB = 1_000_000


def estimate(median: float, within: float = 0.04, n: int = 8) -> Estimate:
    """Return an estimate with an interval of so large a share either way; none below 6 rounds."""
    if n < 6:
        return Estimate(median, None, None, n)
    return Estimate(median, median * (1 - within), median * (1 + within), n)


_ROWS: dict[str, Candidate] = {
    each.serializer: each
    for each in (
        Candidate(serializer="pickle"),
        Candidate(serializer="pickle-p4"),
        Candidate(serializer="joblib", requires=("joblib",)),
        Candidate(serializer="joblib-mmap", requires=("joblib",), maps_file=True),
        Candidate(serializer="pickle-oob-mmap", maps_file=True),
        Candidate(serializer="joblib+zlib3", requires=("joblib",)),
        Candidate(serializer="joblib+xz3", requires=("joblib",)),
        Candidate(serializer="joblib+lz4", requires=("joblib", "lz4")),
        Candidate(serializer="joblib+zstd3", requires=("joblib", "zstandard")),
        Candidate(serializer="pickle+zstd3", requires=("zstandard",)),
        Candidate(serializer="cloudpickle", requires=("cloudpickle",)),
        Candidate(serializer="skops", requires=("skops",), kind="restricted", runs_code=False),
        Candidate(
            serializer="onnx",
            requires=("skl2onnx", "onnxruntime"),
            kind="inference",
            runs_code=False,
        ),
        Candidate(serializer="raw-copy", kind="floor", runs_code=False),
    )
}


def candidate(  # noqa: PLR0913, PLR0917 - one argument a metric
    serializer: str,
    size: float,
    load: float,
    dump: float = 0.1,
    peak: float | None = None,
    worker: float | None = None,
    *,
    exact: bool | None = True,
    n: int = 8,
) -> Candidate:
    """Return a row with its size and memory in MB, load and first answer and dump in seconds."""
    estimates = {
        "size_bytes": Estimate.exactly(size * MB, n),
        "load_predict_s": estimate(load, n=n),
        "load_cold_predict_s": estimate(load + size / 500, n=n),
        "dump_s": estimate(dump, n=n),
    }
    if peak is not None:
        estimates["load_peak_bytes"] = estimate(peak * MB, within=0.005, n=n)
    if worker is not None:
        estimates["worker_bytes"] = estimate(worker * MB, within=0.005, n=n)
    return replace(_ROWS[serializer], estimates=estimates, exact=exact)


FOREST = (
    candidate("pickle", 182, 0.130, 0.21, peak=372, worker=192),
    candidate("pickle-p4", 182, 0.150, 0.33, peak=374, worker=192),
    candidate("joblib", 182, 0.170, 0.24, peak=374, worker=193),
    # Trees copy what they are made of: a mapped forest shares nothing.
    candidate("joblib-mmap", 182, 0.210, 0.24, peak=385, worker=193),
    candidate("joblib+zlib3", 39, 0.720, 4.1, peak=375, worker=193),
    candidate("joblib+xz3", 21, 2.600, 31.0, peak=379, worker=193),
    candidate("joblib+lz4", 61, 0.310, 0.62, peak=376, worker=193),
    candidate("joblib+zstd3", 33, 0.290, 0.70, peak=375, worker=193),
    candidate("pickle+zstd3", 33, 0.260, 0.62, peak=373, worker=192),
    candidate("skops", 183, 0.900, 1.3, peak=560, worker=200),
    candidate("onnx", 88, 1.100, 9.0, peak=310, worker=160, exact=False),
    replace(_ROWS["raw-copy"], estimates={"size_bytes": Estimate.exactly(181 * MB)}),
)

KNN = (
    candidate("pickle", 512, 0.420, 0.55, peak=514, worker=520),
    candidate("joblib", 512, 0.430, 0.56, peak=515, worker=520),
    candidate("joblib-mmap", 512, 0.160, 0.56, peak=2, worker=136),
    candidate("joblib+zlib3", 481, 6.300, 19.0, peak=520, worker=520),
    candidate("joblib+lz4", 514, 0.900, 1.4, peak=530, worker=520),
    candidate("joblib+zstd3", 474, 1.050, 2.2, peak=518, worker=520),
    candidate("skops", 512, 1.300, 2.0, peak=1030, worker=521),
)

TFIDF = (
    candidate("pickle", 24, 0.190, 0.12, peak=70, worker=74),
    candidate("joblib", 24, 0.230, 0.16, peak=71, worker=74),
    candidate("joblib-mmap", 24, 0.228, 0.16, peak=66, worker=72),
    candidate("joblib+zlib3", 7.1, 0.330, 0.80, peak=72, worker=74),
    candidate("joblib+zstd3", 6.4, 0.250, 0.21, peak=71, worker=74),
    candidate("cloudpickle", 24, 0.192, 0.13, peak=70, worker=74),
    candidate("skops", 41, 2.100, 3.0, peak=260, worker=90),
)

LINEAR = (
    candidate("pickle", 0.0007, 78e-6, 60e-6, peak=0.05, worker=0.08),
    candidate("joblib", 0.0009, 190e-6, 150e-6, peak=0.08, worker=0.09),
    candidate("joblib-mmap", 0.0009, 210e-6, 150e-6, peak=0.08, worker=0.09),
    candidate("pickle-oob-mmap", 0.0008, 70e-6, 70e-6, peak=0.05, worker=0.08),
    candidate("skops", 0.0052, 9e-3, 6e-3, peak=0.9, worker=1.0),
)

SETS: Mapping[str, tuple[Candidate, ...]] = {
    "forest": FOREST,
    "knn": KNN,
    "tfidf": TFIDF,
    "linear": LINEAR,
}
_MODEL_BYTES = {"forest": 182 * MB, "knn": 512 * MB, "tfidf": 24 * MB, "linear": 700}


def facts(name: str = "forest") -> Facts:
    """Return what is known of one of the models."""
    return Facts(
        source=f"{name}.pkl",
        model_bytes=_MODEL_BYTES[name],
        measured_s=58.2,
        versions={
            "python": "3.11.7",
            "numpy": "2.4.6",
            "scikit-learn": "1.9.1",
            "joblib": "1.6.0",
        },
    )
