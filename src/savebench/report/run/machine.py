"""The machine, the versions and the settings of a run, as the rows of a table."""

from collections.abc import Iterator
from dataclasses import dataclass

from savebench.records.schema import Environment, Header, Settings
from savebench.units import counted, human_bytes, human_duration


@dataclass(frozen=True, slots=True)
class Fact:
    """One row."""

    name: str
    text: str


def machine_facts(header: Header) -> Iterator[Fact]:
    """Yield what a reader must know to judge the figures, or to repeat them."""
    yield from _environment(header.environment)
    yield Fact("savebench", header.savebench)
    yield Fact("fingerprint", header.environment.fingerprint)
    yield from _settings(header.settings)
    yield Fact("seed", str(header.seed))


def _environment(environment: Environment) -> Iterator[Fact]:
    yield Fact("processor", f"{environment.processor}, {counted(environment.cores, 'core')}")
    yield Fact("memory", human_bytes(environment.memory_bytes))
    yield Fact("system", environment.platform)
    yield Fact("file system", environment.filesystem)
    yield Fact("Python", environment.python)
    for name, version in environment.versions.items():
        if name != "savebench":
            yield Fact(name, version)


def _settings(settings: Settings) -> Iterator[Fact]:
    most = f", at most {settings.max_rounds}" if settings.max_rounds else ""
    limit_bytes = settings.memory_limit_bytes
    yield Fact("launch", settings.launch)
    yield Fact("threads", str(settings.threads))
    yield Fact("budget", human_duration(settings.budget_s) if settings.budget_s else "none")
    yield Fact("target precision", f"{settings.precision * 100:g} %")
    yield Fact("rounds", f"at least {settings.min_rounds}{most}")
    yield Fact("timeout of a trial", human_duration(settings.timeout_s))
    yield Fact("memory limit of a trial", human_bytes(limit_bytes) if limit_bytes else "none")
