"""The header of a run: the site, what was asked of it, and what is known of rows and models."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version

import msgspec

from savebench.catalogue.rows import Entry, Workload
from savebench.catalogue.selection import Selection
from savebench.measuring.site import Site
from savebench.records.schema import Header, Noise, SerializerInfo, Settings, WorkloadInfo
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
    environment = site.environment(distributions(selection))
    workloads = workload_infos(selection, subjects, site.version)
    return Header(
        savebench=version("savebench"),
        started=datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        seed=seed,
        settings=settings,
        environment=msgspec.structs.replace(environment, notes=[*environment.notes, *notes]),
        noise=noise,
        cases=list(selection.cases),
        serializers=serializer_infos(selection, site.version),
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
    selection: Selection, version_of: Callable[[str], str | None]
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
        for name, entry in selection.serializers.items()
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
    built = subject.facts if subject else None
    return WorkloadInfo(
        method=entry.row.method,
        stresses=entry.row.stresses,
        distribution=entry.distribution,
        versions=entry.versions(version_of),
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
