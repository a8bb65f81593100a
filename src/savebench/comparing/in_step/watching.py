"""Who is told what `savebench ab` does, so that it can show it."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from savebench.comparing.in_step.stages import Stage


class Watch(Protocol):
    """Is told what goes on."""

    def warn(self, message: str) -> None:
        """Something a person should know, which stops nothing."""

    def building(self, models: int) -> None:
        """Models are about to be built, or found in the cache."""

    def built(self, name: str) -> None:
        """One is there."""

    def stage(self, stage: "Stage", number: int, series: int) -> None:
        """Take note that a round of a stage begins, with so many series."""


class SilentWatch:
    """Watches and shows nothing."""

    def warn(self, message: str) -> None:
        """Show nothing."""

    def building(self, models: int) -> None:
        """Show nothing."""

    def built(self, name: str) -> None:
        """Show nothing."""

    def stage(self, stage: "Stage", number: int, series: int) -> None:
        """Show nothing."""
