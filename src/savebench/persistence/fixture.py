"""What the fixture ``persistence`` is: a call that checks one model, and raises or returns."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from savebench.catalogue.providers import load_catalogue
from savebench.errors import NothingMatches, SavebenchError, UsageError
from savebench.persistence.asked import Asked, Ratios, Sizes, parse_asked
from savebench.persistence.carrying import Carried, carry, receive, site_of
from savebench.persistence.diagnosis import Diagnosis, diagnose
from savebench.persistence.explaining import failures, message_of, reason_of
from savebench.persistence.limits import LimitResult, judge
from savebench.persistence.production import Folders, production_of
from savebench.persistence.result import Line, Persistence, PersistenceError
from savebench.persistence.table import benchmarks_enabled, enter_rows
from savebench.persistence.timing import Times, time_operations
from savebench.serializers.skops import Trust
from savebench.stats import median_interval
from savebench.subjects.handed import answers_of
from savebench.trial.fidelity import compare
from savebench.trial.variation import STEADY
from savebench.units import human_bytes

SECTION = "savebench"
"""Of a test's report: what its models' persistence came to."""
UNDECIDED = "savebench_undecided"
"""A user property of a test: a limit that cannot be told from what was measured."""
SIZES = "savebench_sizes"
"""A user property of a test: the sizes of what its model became, where benchmarks are enabled."""
VARIES = "savebench_varies"
"""A user property of a test: how a model's own answers vary."""
_BOTH = frozenset({"dump", "load"})


class PersistenceFixture:
    """Checks that a model survives being saved, in the way that a test asks."""

    def __init__(
        self,
        request: pytest.FixtureRequest,
        pythonpath: Sequence[str] = (),
        path_at_start: Sequence[str] = (),
    ) -> None:
        """Take the test at hand, and what PYTHONPATH and ``sys.path`` were when pytest started."""
        self._pythonpath, self._path_at_start = pythonpath, path_at_start
        self._node: pytest.Item = request.node
        self._request = request
        self._calls = 0

    def __call__(  # noqa: PLR0913 - what a test may ask
        self,
        model: Any,
        X: Any,  # noqa: N803 - scikit-learn's name for it
        *,
        serializers: str | Sequence[str] = ("pickle", "joblib"),
        method: str | None = None,
        max_size: Sizes | None = None,
        max_ratio: Ratios | None = None,
        rounds: int = 10,
        timeout: str | float = "60s",
        path: Folders = (),
        trust: Trust = (),
    ) -> Persistence:
        """Save the model, load it in a fresh process, and compare its answers to the bit.

        The process imports from where an interpreter does when it starts: its own packages,
        editable installs, PYTHONPATH. What pytest, a conftest or a test puts on ``sys.path`` is not
        there, and so is no test module and no conftest. While it saves, the test has an empty
        folder as working directory and TMPDIR; what a serializer writes there, or beside its path,
        fails it.

        Parameters
        ----------
        model
            What is to be saved.
        X
            The input whose answers are compared: arrays, frames or plain Python values.
        serializers
            Names or globs, as ``savebench list serializers`` gives them.
        method
            What answers; else the first of predict, transform, kneighbors, ... that the model has.
        max_size
            How large a file or folder may be, for all serializers or each: ``{"pickle": "2MB"}``.
        max_ratio
            Metric -> (serializer, how many times its value is allowed), for all the others. A limit
            on a time fails only when its whole 95 % interval lies above it. With
            ``--benchmark-disable`` it is measured for the limit alone, and joins no table.
        rounds
            Fresh processes for each serializer, where times are measured: when benchmarks are
            enabled, or a limit on a time is set.
        timeout
            What one load or dump may take: ``"60s"``, or a number of seconds.
        path
            Folders from which production imports besides, relative to pytest's root folder: where a
            project is deployed by copying, not by installing. ``savebench_path`` in pytest's
            configuration names them for all tests.
        trust
            Types, or their full names, that skops may load beside those that savebench has
            reviewed: ``["xgboost.core.Booster", "xgboost.sklearn.XGBClassifier"]``.

        Raises
        ------
        PersistenceError
            When a serializer does not carry the model, or a limit is exceeded.
        UsageError
            When something asked for does not exist, is not installed or makes no sense.
        """
        __tracebackhide__ = True
        self._calls += 1
        try:
            production = production_of(self._request, path, self._pythonpath, self._path_at_start)
            production.check_harness()
            asked = parse_asked(
                model,
                load_catalogue(),
                serializers=serializers,
                method=method,
                max_size=max_size,
                max_ratio=max_ratio,
                rounds=rounds,
                timeout=timeout,
                production=production,
                trust=trust,
            )
            return self._check(model, X, asked)
        except NothingMatches as error:  # what a shell may have done is no matter here
            raise UsageError(str(error)) from None
        except SavebenchError as error:
            raise error.with_traceback(None) from None  # the test's own line is what matters

    def _check(self, model: Any, probe: Any, asked: Asked) -> Persistence:
        __tracebackhide__ = True
        carried, times, notes, diagnosis = self._measure(model, probe, asked)
        verdicts = judge(asked, carried, times)
        notes += [str(verdict) for verdict in verdicts if verdict.holds is None]
        notes += [
            f"{name} keeps what answers, not the model, and answers differently: {each.difference}"
            for name, each in carried.items()
            if each.difference
        ]
        lines = _lines(carried, times, diagnosis)
        result = Persistence(type(model).__name__, lines, tuple(filter(None, notes)))
        failed = failures(asked, carried)
        broken = [verdict for verdict in verdicts if verdict.holds is False]
        if failed or broken:
            raise PersistenceError(message_of(result, failed, broken, diagnosis))
        self._node.add_report_section("call", SECTION, str(result))
        self._note(verdicts)
        if benchmarks_enabled(self._node.config):  # pytest-benchmark's table shows times alone
            self._node.user_properties.append((SIZES, _sizes(result)))
        return result

    def _measure(
        self, model: Any, probe: Any, asked: Asked
    ) -> tuple[dict[str, Carried], Times, list[str], Diagnosis]:
        __tracebackhide__ = True
        tabled = benchmarks_enabled(self._node.config)
        kinds = _BOTH if tabled else asked.limited_kinds
        with tempfile.TemporaryDirectory(prefix="savebench-") as folder:
            site = site_of(asked.production, Path(folder).resolve())
            subject, answers = receive(model, probe, asked, site)
            carried, variation = carry(model, asked, subject, site)
            times = time_operations(model, asked, carried, subject, site, kinds)
            carried |= {
                name: Carried(
                    outcome=outcome,
                    reason=reason,
                    size_bytes=carried[name].size_bytes,
                    stage="times",
                )
                for name, (outcome, reason) in times.troubles.items()
            }
            if tabled:
                enter_rows(self._node, self._calls, asked, carried, times)
            again = ""
            if variation == STEADY and any(each.outcome == "mismatch" for each in carried.values()):
                again = _ask_again(model, probe, asked.method, answers)
            varies = "" if variation.how == "unsaved" else str(variation)  # reasons say that
            if varies:
                self._node.user_properties.append((VARIES, varies))
            diagnosis = diagnose(model, carried, asked, subject, site)
        return carried, times, [varies, again, times.no_dumps], diagnosis

    def _note(self, verdicts: Sequence[LimitResult]) -> None:
        """Have the session's summary name the limits that cannot be told."""
        for verdict in verdicts:
            if verdict.holds is None:
                self._node.user_properties.append((UNDECIDED, str(verdict)))


def _ask_again(model: Any, probe: Any, method: str, answers: Any) -> str:
    """Return whether the model in the test run is to blame for a mismatch, or ``""``."""
    if compare(answers, answers_of(model, method, probe)).exact:
        return ""
    return (
        "Asked again in the test run, after saving, the model itself answers differently: saving "
        "changes it."
    )


def _sizes(result: Persistence) -> str:
    return ", ".join(
        f"{line.serializer} {human_bytes(line.size_bytes)}"
        for line in result.lines
        if line.size_bytes is not None
    )


def _lines(carried: Mapping[str, Carried], times: Times, diagnosis: Diagnosis) -> tuple[Line, ...]:
    return tuple(
        Line(
            serializer=name,
            outcome=each.outcome,
            reason=reason_of(name, each, diagnosis) if each.outcome != "ok" else "",
            size_bytes=each.size_bytes,
            times_s={
                metric: median_interval(list(by_round.values()))
                for metric, by_round in times.values.get(name, {}).items()
                if metric.endswith("_s")
            },
        )
        for name, each in carried.items()
    )
