"""Which rows can be read where the model will be loaded: a small table, each line with its source.

Only what is known to fail is ruled out. A distribution that is not named there is taken to be
installable; what a row needs beside scikit-learn is told with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from savebench.summary.advice.candidates import ANSWERS_ONLY, Candidate

_OURS = ("pickle-oob", "pickle-oob-mmap", "pickle+blosc2")
"""Rows whose file only savebench reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What must be installed to read the files of some rows."""

    rows: tuple[str, ...]
    """Globs of serializers."""
    reader: str
    """A distribution, or ``python``."""
    at_least: str
    why: str
    source: str
    writer: tuple[str, str] | None = None
    """It holds only if this, at this version or later, wrote the file."""
    but: tuple[str, ...] = ()
    """Globs of the rows it does not hold for."""


RULES = (
    Rule(
        rows=("pickle*", "cloudpickle", "dill"),
        but=("pickle-p4", "pickle-p2", *_OURS),
        reader="python",
        at_least="3.8",
        why="pickle protocol 5",
        source="PEP 574",
    ),
    Rule(
        rows=("pickle-p4", "joblib*"),
        reader="python",
        at_least="3.4",
        why="pickle protocol 4",
        source="PEP 3154",
    ),
    Rule(
        rows=("joblib*",),
        reader="python",
        at_least="3.8",
        why="pickle protocol 5, the default of the Python that writes it",
        source="Python's documentation of pickle: the default is 5 from 3.14 on",
        writer=("python", "3.14"),
    ),
    Rule(
        rows=_OURS,
        reader="python",
        at_least="3.11",
        why="savebench reads it",
        source="requires-python of savebench",
    ),
    Rule(
        rows=("skops*",),
        reader="python",
        at_least="3.9",
        why="skops 0.10",
        source="requires-python of skops 0.10",
    ),
    Rule(
        rows=("joblib*",),
        reader="joblib",
        at_least="1.2",
        why="padding before each array",
        source="joblib 1.2.0, changes; github.com/joblib/joblib/pull/1254",
    ),
    Rule(
        rows=("pickle*", "joblib*", "cloudpickle", "dill"),
        reader="numpy",
        at_least="1.26.1",
        why="names of numpy._core, which NumPy 2 writes",
        source="github.com/numpy/numpy/pull/24906; NumPy 1.26.1, release notes",
        writer=("numpy", "2.0"),
    ),
)

SAME_PYTHON = ("cloudpickle",)
"""Rows read only by the Python that wrote them. Source: cloudpickle's README."""


def unreadable(
    candidate: Candidate, read_by: tuple[Requirement, ...], versions: Mapping[str, str]
) -> str:
    """Return why a row's file cannot be read there, or ``""``.

    Parameters
    ----------
    candidate
        The row.
    read_by
        What is installed there.
    versions
        Of what writes the file, by distribution (or ``python``); what is not named is not judged.
    """
    if candidate.kind == ANSWERS_ONLY:
        return ""
    for each in read_by:
        for rule in RULES:
            if _concerns(rule, candidate.serializer, each, versions) and not _satisfies(
                each, Version(rule.at_least)
            ):
                return f"takes {rule.reader} {rule.at_least} to read ({rule.why}), not {each}"
        if reason := _other_python(candidate.serializer, each, versions):
            return reason
    return ""


def version_risk(read_by: tuple[Requirement, ...], versions: Mapping[str, str]) -> str:
    """Return what is said of a scikit-learn there that differs from the one here, or ``""``."""
    here = versions.get("scikit-learn")
    for each in read_by:
        if canonicalize_name(each.name) == "scikit-learn" and here and str(each.specifier):
            there = _lowest(each)
            if there is None or not _same_release(there, Version(here), parts=2):
                return (
                    f"scikit-learn {here} writes it and {each} reads it: scikit-learn supports no "
                    "loading by another version, in any format that gives back the model; try it "
                    "there before you rely on it, or export to ONNX"
                )
    return ""


def _concerns(rule: Rule, name: str, there: Requirement, versions: Mapping[str, str]) -> bool:
    matches = any(fnmatchcase(name, glob) for glob in rule.rows)
    excepted = any(fnmatchcase(name, glob) for glob in rule.but)
    if not matches or excepted or canonicalize_name(there.name) != rule.reader:
        return False
    if rule.writer is None:
        return True
    what, since = rule.writer
    return what in versions and Version(versions[what]) >= Version(since)


def _satisfies(there: Requirement, least: Version) -> bool:
    """Return whether every version that is meant is at least so high; a bare name says nothing."""
    if not str(there.specifier):
        return True
    lowest = _lowest(there)
    if lowest is None:
        return False
    given = len(lowest.release)
    # 1.26 means any 1.26, whose latest is what people have; 3 alone means nothing so precise.
    return lowest >= least or (given > 1 and lowest.release >= least.release[:given])


def _lowest(there: Requirement) -> Version | None:
    """Return the lowest version that a requirement allows; None where there is none."""
    found = []
    for each in there.specifier:
        if each.operator in {"==", "===", "~=", ">=", ">"}:
            try:
                found.append(Version(each.version.removesuffix(".*")))
            except InvalidVersion:
                continue
    return max(found, default=None)


def _other_python(name: str, there: Requirement, versions: Mapping[str, str]) -> str:
    if name not in SAME_PYTHON or there.name.lower() != "python" or "python" not in versions:
        return ""
    lowest = _lowest(there)
    if lowest is not None and _same_release(lowest, Version(versions["python"]), parts=2):
        return ""
    return f"is read only by the Python that wrote it ({versions['python']}), not {there}"


def _same_release(one: Version, other: Version, parts: int) -> bool:
    return one.release[:parts] == other.release[:parts]
