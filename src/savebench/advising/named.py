"""What a person named as their model: a file, held against the reviewed list, or an attribute.

A file is read before anything loads it. Where it names what nobody has reviewed, it is refused,
unless the person says that they trust it.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from savebench.advising.session import Asked, Watcher, advise_source, folder_for
from savebench.errors import DataError, UsageError
from savebench.inspecting.distributions import risks
from savebench.inspecting.file import inspect_file
from savebench.inspecting.found import Inspection
from savebench.launch.messages import Source
from savebench.summary.advice.answer import Answer
from savebench.summary.advice.needs import Needs
from savebench.trial.opening import LOADERS

_ATTRIBUTE = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")
_PROBES = {".npy", ".csv", ".parquet", ".pq"}
_MOST_NAMES = 8
_LATER = "look at it with: savebench inspect"


def advise_named(  # noqa: PLR0913 - what a person may ask
    model: str,
    needs: Needs,
    *,
    probe: Path | None,
    method: str | None,
    budget_s: float,
    serializers: Sequence[str],
    out: Path | None,
    trust: bool,
    watcher: Watcher,
) -> Answer:
    """Advise on the model of a name: a file, or ``package.module:attribute``.

    Raises
    ------
    UsageError
        When there is nothing of that name, or a probe makes no sense.
    DataError
        When the file is no model, is damaged, or is refused.
    """
    _check_probe(probe)
    asked_probe = str(probe.resolve()) if probe else ""
    path = Path(model)
    if not path.exists() and _ATTRIBUTE.fullmatch(model):
        source = Source(
            loader="attribute", where=model, probe=asked_probe, method=method or "", trust=trust
        )
        asked = Asked(
            needs=needs,
            budget_s=budget_s,
            out=folder_for(out),
            serializers=serializers,
            source_name=model,
        )
        return advise_source(source, asked, watcher)
    found = _inspected(path, model)
    if not trust:
        _refuse_untrusted(found, model)
    if found.missing:
        raise DataError(f"{model}: {_missing(found)}")
    for caution in _cautions(found):
        watcher.warn(caution)
    source = Source(
        loader=found.container,
        where=str(path.resolve()),
        compression=found.compression,
        probe=asked_probe,
        method=method or "",
        trust=trust,
    )
    asked = Asked(
        needs=needs,
        budget_s=budget_s,
        out=folder_for(out),
        serializers=serializers,
        source_name=model,
        trusted=found.trusted,
        modules=_modules(found),
        cautions=_cautions(found),
    )
    return advise_source(source, asked, watcher)


def _check_probe(probe: Path | None) -> None:
    if probe is None:
        return
    if not probe.is_file():
        raise UsageError(f"--probe {probe}: there is no such file")
    if probe.suffix.lower() not in _PROBES:
        raise UsageError(f"--probe {probe}: a probe is a .npy, .csv or .parquet file")


def _inspected(path: Path, name: str) -> Inspection:
    """Return what is in a file that a model can be loaded from."""
    if not path.exists():
        raise UsageError(f"{name}: there is no such file, and it is no package.module:attribute")
    found = inspect_file(path)
    if found.damage:
        raise DataError(f"{name}: {found.damage}")
    if found.container not in LOADERS:
        raise DataError(
            f"{name}: an {found.container.upper()} export keeps what answers and no estimator, so "
            "there is nothing to save in another way; name the file of the model itself"
            if found.container == "onnx"
            else f"{name}: no model can be loaded from this file; {_LATER} {name}"
        )
    return found


def _missing(found: Inspection) -> str:
    lacking = [f"{what} ({brings})" if brings else what for what, brings in found.missing.items()]
    more = f" and {len(lacking) - _MOST_NAMES} more" if len(lacking) > _MOST_NAMES else ""
    return (
        f"what it needs is not here: {', '.join(lacking[:_MOST_NAMES])}{more}; install it, then "
        "ask again"
    )


def _refuse_untrusted(found: Inspection, name: str) -> None:
    if found.trusted:
        return
    told = [
        f"{each.name} ({each.why})"
        for each in found.globals
        if not each.trusted and each.name not in found.missing
    ]
    told += found.distrust
    if not told:  # what it names is not here to be run
        return
    more = f"; and {len(told) - _MOST_NAMES} more" if len(told) > _MOST_NAMES else ""
    raise DataError(
        f"{name} is not loaded: it names what nobody has reviewed, and loading it would run that: "
        f"{'; '.join(told[:_MOST_NAMES])}{more}. See all of it with: savebench inspect {name}. If "
        "you know who made it: --trust"
    )


def _modules(found: Inspection) -> tuple[str, ...]:
    """Return what loading the file is known to import."""
    named = [each.name.rpartition(".")[0] for each in found.globals]
    return tuple(dict.fromkeys(["numpy", *filter(None, named)]))


def _cautions(found: Inspection) -> tuple[str, ...]:
    return tuple(risks(found))
