"""Small run folders, made up from known levels and paces."""

import gzip
import random
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from savebench.records.schema import KERNELS, Header, Record, TrialKind, encode_line
from tests.fakes import control_record
from tests.report.synthetic import ENVIRONMENT, SETTINGS, RunBuilder

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
KERNEL_S = {"cpu_s": 0.004, "copy_s": 0.002, "zlib_s": 0.006}


def _flat(run: int) -> float:
    """Return the level of a series that never changes."""
    del run
    return 0.010


@dataclass(slots=True, kw_only=True)
class HistoryBuilder:
    """Writes runs; a run's place, from 0, decides everything that may change."""

    load_s: Callable[[int], float] = _flat
    """The level of the first case's loads; the other case's never changes."""
    size_bytes: Callable[[int], float] = lambda run: 96_558.0 + 0 * run
    pace: Callable[[int], float] = lambda run: 1.0 + 0 * run
    """How slow the machine was."""
    noise: float = 0.03
    """Of the medians of a run, as the standard deviation of their logarithm."""
    kernels: bool = True
    controls_as_facts: bool = False
    """Of each round's first record, as older versions kept them."""
    versions: Callable[[int], Mapping[str, str]] = lambda _: ENVIRONMENT.versions
    processor: Callable[[int], str] = lambda _: ENVIRONMENT.processor
    started: Callable[[int], datetime] = lambda run: START + timedelta(days=run)
    rounds: int = 3
    seed: int = 0
    header: Header = field(
        default_factory=lambda: RunBuilder(models=("knn-brute@1MB",), rounds=0).build().header
    )

    def write(self, folder: Path, count: int) -> list[Path]:
        """Write runs into folders of their own, ``000`` and on; return the folders."""
        return [self.write_one(folder / f"{number:03d}", number) for number in range(count)]

    def write_one(self, folder: Path, number: int, *, compressed: bool = False) -> Path:
        """Write one run into a folder; return the folder."""
        folder.mkdir(parents=True)
        data = encode_line(self._header(number))
        data += b"".join(map(encode_line, self._records(number)))
        if compressed:
            (folder / "run.jsonl.gz").write_bytes(gzip.compress(data))
        else:
            (folder / "run.jsonl").write_bytes(data)
        return folder

    def _header(self, number: int) -> Header:
        environment = msgspec.structs.replace(
            ENVIRONMENT,
            versions=dict(self.versions(number)),
            processor=self.processor(number),
            fingerprint=f"{zlib.crc32(repr(self.versions(number)).encode()):012x}",
        )
        return msgspec.structs.replace(
            self.header,
            started=self.started(number).isoformat(),
            seed=number,
            settings=SETTINGS,
            environment=environment,
        )

    def _records(self, number: int) -> list[Record]:
        rng = random.Random(f"{self.seed} {number}")  # noqa: S311 - noise, not secrets
        pace = self.pace(number)
        records = []
        changing, steady = self.header.cases[:2]
        for case, level_s in ((changing, self.load_s(number)), (steady, 0.010)):
            median_s = level_s * pace * rng.lognormvariate(0, self.noise)
            for turn in range(1, self.rounds + 1):
                facts: dict[str, object] = {}
                if case == changing and self.kernels:
                    facts = {KERNELS: {name: each * pace for name, each in KERNEL_S.items()}}
                if facts and not self.controls_as_facts:
                    records.append(control_record(turn, facts))
                    facts = {}
                spread = 1 + 0.01 * (turn - 2)
                kinds: tuple[tuple[TrialKind, dict[str, float]], ...] = (
                    ("dump", {"dump_s": 0.02 * pace, "size_bytes": self.size_bytes(number)}),
                    ("load", {"load_s": median_s * spread}),
                )
                for kind, metrics in kinds:
                    records.append(
                        Record(
                            case=case,
                            round=turn,
                            trial=kind,
                            outcome="ok",
                            metrics=metrics,
                            facts=facts if kind == "dump" else {},
                            launch="zygote",
                            started="2026-11-23T09:00:01.000Z",
                        )
                    )
        return records
