"""Made-up comparisons: one of every verdict, hostile names, thousands of series."""

from typing import Any

from savebench.comparing.comparison import Change, Comparison, Party

HOSTILE_NAMES = (
    "a | b `c` <img src=x onerror=alert(1)>",
    "line\nfeed\r\nand ::error title=forged::message",
    "</details><script>alert(1)</script>",
    "]]> & <!-- -- --> &amp; \"quoted\" 'single'",
    "\N{PILE OF POO} caf\N{LATIN SMALL LETTER E WITH ACUTE} \N{RIGHT-TO-LEFT OVERRIDE}desrever",
    "bell \x07 nul \x00 escape \x1b[31m",
    "%0A%25 100 %: a, b; c",
    "[link](http://example.com) ![picture](http://example.com/x.png) **bold** $x^2$ \\",
    "\ud800 half a character",
    "# heading",
    "long " * 500,
)


def change(series: str = "knn-brute@16MB x joblib", **given: Any) -> Change:
    """Return a change of a time, passed unless something else is given."""
    usual: dict[str, Any] = {
        "metric": "load_s",
        "unit": "s",
        "verdict": "passed",
        "gates": True,
        "base": 0.0124,
        "head": 0.0125,
        "base_n": 20,
        "head_n": 20,
        "ratio": 1.008,
        "low": 0.98,
        "high": 1.03,
        "detectable": 0.05,
    }
    return Change(series=series, **usual | given)


def comparison(changes: list[Change], **given: Any) -> Comparison:
    """Return a comparison of two joblibs, measured in step."""
    usual: dict[str, Any] = {
        "savebench": "0.1.0",
        "kind": "ab",
        "base": Party(label="joblib==1.4.2", python="3.11.2", versions={"joblib": "1.4.2"}),
        "head": Party(label="joblib==1.5.3", python="3.11.2", versions={"joblib": "1.5.3"}),
        "margin": 0.03,
        "detect": 0.1,
        "remarks": ["Other machine: times are advice."],
        "rounds": {"screen": 6, "confirm": 14},
        "spent_s": 245.0,
    }
    return Comparison(changes=changes, **usual | given)


def regressed(series: str = "knn-brute@16MB x joblib+zlib3", **given: Any) -> Change:
    """Return a change that fails a build."""
    slow: dict[str, Any] = {"verdict": "regressed", "head": 0.0141, "ratio": 1.137}
    return change(series, **slow | {"low": 1.102, "high": 1.174} | given)


def a_byte_more() -> Change:
    """Return a file that grew by one byte in sixteen million."""
    return regressed(
        "knn-brute@16MB x pickle",
        metric="size_bytes",
        unit="bytes",
        exact=True,
        base=16_300_000,
        head=16_300_001,
        ratio=16_300_001 / 16_300_000,
        low=None,
        high=None,
        detectable=None,
    )


def went_wrong() -> Change:
    """Return a case that loads what it should not: a change without figures."""
    return Change(
        series="mlp@1MB x skops",
        metric="outcome",
        unit="",
        verdict="regressed",
        gates=True,
        exact=True,
        note="head: mismatch: answers differ by 0.5",
    )


def every_verdict() -> list[Change]:
    """Return a change of every verdict, with and without a gate."""
    gone: dict[str, Any] = {"ratio": None, "low": None, "high": None, "detectable": None}
    return [
        change("pca@1MB x pickle"),
        change("pca@1MB x skops", verdict="passed", gates=False),
        change("svc@1MB x joblib", verdict="improved", head=0.0062, ratio=0.5, low=0.48, high=0.52),
        change("svc@1MB x dill", verdict="new", gates=False, base=None, base_n=0, **gone),
        change("mlp@1MB x pickle", verdict="inconclusive", detectable=0.31, note="too noisy"),
        change("mlp@1MB x joblib", verdict="inconclusive", gates=False, detectable=0.4),
        change("tfidf@1MB x joblib", verdict="missing", head=None, head_n=0, **gone),
        change("tfidf@1MB x onnx", verdict="missing", gates=False, head=None, head_n=0, **gone),
        regressed("kmeans@1MB x pickle", gates=False, note="measured at different moments"),
        regressed(),
        a_byte_more(),
    ]


def hostile() -> Comparison:
    """Return a comparison in which every text is against us."""
    changes = [
        regressed(name, metric=metric, note=name, gates=gates)
        for name in HOSTILE_NAMES
        for metric, gates in (("load_s", True), ("a|b\n::warning::", False))
    ]
    party = Party(label=HOSTILE_NAMES[0], versions=dict.fromkeys(HOSTILE_NAMES, HOSTILE_NAMES[1]))
    return comparison(changes, base=party, head=party, remarks=list(HOSTILE_NAMES))


def many(count: int = 10_000) -> Comparison:
    """Return thousands of series with long names, of which some fail."""
    return comparison(
        [
            regressed(f"{'workload-' * 9}{number}@16MB x joblib+zlib3")
            if number % 3 == 0
            else change(f"{'workload-' * 9}{number}@16MB x pickle")
            for number in range(count)
        ]
    )
