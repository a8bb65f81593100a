"""An arm of `savebench ab`: a site made ready to measure, and what it measured."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from savebench.catalogue.selection import Selection
from savebench.comparing.in_step.resuming import SideRun, check_same
from savebench.measuring.bench import Bench
from savebench.measuring.header import header_of
from savebench.measuring.ledger import Ledger
from savebench.measuring.ready import bench_at
from savebench.measuring.setups import setups_of
from savebench.measuring.site import Site
from savebench.records.schema import Case, Header, Record, Settings
from savebench.records.store import RunWriter
from savebench.subjects.subject import Subject


@dataclass(slots=True, kw_only=True)
class Arm:
    """One side, ready to measure."""

    site: Site
    bench: Bench
    header: Header
    writer: RunWriter
    ledger: Ledger = field(default_factory=Ledger)
    """What it measured before it was interrupted."""
    troubles: dict[Case, Record] = field(default_factory=dict)
    """The last record of each case that went wrong, or that the serializer declined."""

    def note(self, record: Record) -> None:
        """Take a record into account that is kept already, or was just made."""
        self.bench.learn(record)
        if record.outcome != "ok":
            self.troubles[record.case] = record


def make_ready(  # noqa: PLR0913 - one argument a part of an arm
    site: Site,
    selection: Selection,
    settings: Settings,
    seed: int,
    *,
    subjects: Mapping[str, Subject],
    side_run: SideRun,
    artifacts: Path | None = None,
) -> Arm:
    """Return an arm with its bench, and write the header of its run.

    `artifacts` names the folder of another arm's artifacts, where it must load those.

    Raises
    ------
    UsageError
        When an earlier run was measured on another machine or with other versions.
    """
    header = header_of(site, selection, settings, seed, subjects)
    earlier = side_run.earlier
    if earlier is None:
        side_run.writer.append(header)
    else:
        check_same(site.side, earlier, header.environment.fingerprint)
    return Arm(
        site=site,
        bench=bench_at(site, setups_of(selection, subjects), settings, seed, artifacts),
        header=header,
        writer=side_run.writer,
        ledger=Ledger(earlier.records if earlier else ()),
    )
