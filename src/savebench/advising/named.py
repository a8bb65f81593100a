"""What a person named as their model: a file, held against the reviewed list, or an attribute.

A file is read before anything loads it. Where it names what nobody has reviewed, it is refused,
unless the person says that they trust it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from savebench.advising.asked import Asked, folder_for
from savebench.advising.folder import going_where_nothing_came
from savebench.advising.session import Watcher, advise_source
from savebench.errors import DataError, UsageError
from savebench.inspecting.attributes import is_attribute
from savebench.inspecting.distributions import risks
from savebench.inspecting.file import inspect_file
from savebench.inspecting.found import Inspection
from savebench.launch.messages import Source
from savebench.summary.advice.answer import Answer
from savebench.summary.advice.needs import Needs
from savebench.trial.opening import LOADERS

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
    named = _named(model, trust=trust)
    for caution in named.cautions:
        watcher.warn(caution)
    source = msgspec.structs.replace(
        named.source, probe=str(probe.resolve()) if probe else "", method=method or ""
    )
    asked = Asked(
        needs=needs,
        budget_s=budget_s,
        out=folder_for(out),
        serializers=serializers,
        source_name=model,
        trusted=named.trusted,
        is_confined=named.is_confined,
        modules=named.modules,
        cautions=named.cautions,
    )
    with going_where_nothing_came(asked.out):
        return advise_source(source, asked, watcher)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """Where a model is, and what is known of it before it is loaded."""

    source: Source
    trusted: bool | None = None
    """Of a file: whether all that it names was reviewed."""
    is_confined: bool = False
    """Whether the processes that load it may do no more than that: a file without ``--trust``."""
    modules: tuple[str, ...] = ("numpy",)
    """What loading it is known to import."""
    cautions: tuple[str, ...] = ()


def named_file(path: Path, name: str, *, trust: bool) -> Admitted:
    """Return what is known of a file, if it may be loaded.

    Raises
    ------
    UsageError, DataError
        When there is none, it is no model or damaged, lacks what it needs, or is refused.
    """
    found = _inspected(path, name)
    if not trust:
        _refuse_untrusted(found, name)
    if found.missing:
        raise DataError(f"{name}: {_missing(found)}")
    return Admitted(
        source=Source(
            loader=found.container,
            where=str(path.resolve()),
            compression=found.compression,
            trust=trust,
        ),
        trusted=found.trusted,
        is_confined=not trust,
        modules=_modules(found),
        cautions=tuple(risks(found)),
    )


def _named(model: str, *, trust: bool) -> Admitted:
    path = Path(model)
    if not path.exists() and is_attribute(model):
        return Admitted(source=Source(loader="attribute", where=model, trust=trust))
    return named_file(path, model, trust=trust)


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
