"""The header of a run: the site, what was asked of it, and what is known of rows and models."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version

import msgspec

from savebench.catalogue.rows import Entry, Serializer, Workload
from savebench.catalogue.selection import Selection
from savebench.measuring.site import Site
from savebench.records.schema import (
    Case,
    Environment,
    Header,
    Noise,
    SerializerInfo,
    Settings,
    WorkloadInfo,
)
from savebench.records.sizes import size_notes
from savebench.subjects.cache import BuiltModel
from savebench.subjects.subject import Subject


def header_of(  # noqa: PLR0913 - the parts of a header
    site: Site,
    selection: Selection,
    settings: Settings,
    seed: int,
    subjects: Mapping[str, Subject],
    *,
    noise: Noise | None = None,
    notes: Sequence[str] = (),
) -> Header:
    """Return the header of what is measured at a site.

    Parameters
    ----------
    noise
        Of the machine, where its control kernels were timed.
    notes
        What would make times noisy there.
    """
    workloads = workload_infos(selection, subjects, site.version)
    return _header(
        site,
        selection.cases,
        selection.serializers,
        workloads,
        settings,
        seed,
        site.environment(distributions(selection)),
        noise,
        notes,
    )


def header_of_one(  # noqa: PLR0913, PLR0917 - the parts of a header
    site: Site,
    subject: Subject,
    cases: Mapping[Case, Entry[Serializer]],
    settings: Settings,
    seed: int,
    notes: Sequence[str] = (),
) -> Header:
    """Return the header of a survey of one subject, which no recipe built."""
    serializers = {entry.row.name: entry for entry in cases.values()}
    required = {name for entry in cases.values() for name in entry.row.requires}
    workload = _described(subject.facts, subject.method, "a model of your own", "", {})
    return _header(
        site,
        list(cases),
        serializers,
        {case.model: workload for case in cases},
        settings,
        seed,
        site.environment(required),
        None,
        notes,
    )


def _header(  # noqa: PLR0913, PLR0917 - the fields of a header
    site: Site,
    cases: Sequence[Case],
    serializers: Mapping[str, Entry[Serializer]],
    workloads: dict[str, WorkloadInfo],
    settings: Settings,
    seed: int,
    environment: Environment,
    noise: Noise | None,
    notes: Sequence[str],
) -> Header:
    return Header(
        savebench=version("savebench"),
        started=datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        seed=seed,
        settings=settings,
        environment=msgspec.structs.replace(environment, notes=[*environment.notes, *notes]),
        noise=noise,
        cases=list(cases),
        serializers=serializer_infos(serializers, site.version),
        workloads=workloads,
        notes=size_notes(workloads),
    )


def distributions(selection: Selection) -> set[str]:
    """Return what the chosen rows require."""
    return {
        name
        for rows in (selection.serializers, selection.workloads)
        for entry in rows.values()
        for name in entry.row.requires
    }


def serializer_infos(
    serializers: Mapping[str, Entry[Serializer]], version_of: Callable[[str], str | None]
) -> dict[str, SerializerInfo]:
    """Return what a header says of the serializers; `version_of` knows what is installed."""
    return {
        name: SerializerInfo(
            kind=entry.row.kind,
            runs_code=entry.row.runs_code,
            maps_file=entry.row.maps_file,
            note=entry.row.note,
            distribution=entry.distribution,
            versions=entry.versions(version_of),
        )
        for name, entry in serializers.items()
    }


def workload_infos(
    selection: Selection,
    subjects: Mapping[str, Subject],
    version_of: Callable[[str], str | None],
) -> dict[str, WorkloadInfo]:
    """Return what a header says of the models; `version_of` knows what is installed."""
    return {
        case.model: _workload_info(
            selection.workloads[case.workload], subjects.get(case.model), version_of
        )
        for case in selection.cases
    }


def _workload_info(
    entry: Entry[Workload],
    subject: Subject | None,
    version_of: Callable[[str], str | None],
) -> WorkloadInfo:
    row = entry.row
    versions = entry.versions(version_of)
    built = subject.facts if subject else None
    return _described(built, row.method, row.stresses, entry.distribution, versions)


def _described(
    built: BuiltModel | None,
    method: str,
    stresses: str,
    distribution: str,
    versions: dict[str, str | None],
) -> WorkloadInfo:
    return WorkloadInfo(
        method=method,
        stresses=stresses,
        distribution=distribution,
        versions=versions,
        model_bytes=built.model_bytes if built else None,
        array_bytes=built.array_bytes if built else None,
        array_count=built.array_count if built else None,
        build_s=built.build_s if built else None,
        model_digest=built.digest if built else "",
        varies=_varies(built) if built else "",
        model_class=built.model_class if built else "",
        imports=built.imports if built else [],
        reference=built.reference.name if built and built.reference else "",
    )


def _varies(built: BuiltModel) -> str:
    """Return how a model's answers vary; what was not saved of it is said with each mismatch."""
    return "" if built.variation.how == "unsaved" else str(built.variation)
