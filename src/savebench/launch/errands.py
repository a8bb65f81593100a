"""Untimed work in fresh processes: build models, check what was saved. Nothing here is measured."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from savebench.launch.launchers import Launcher
from savebench.launch.messages import Answer, Task

if TYPE_CHECKING:
    from savebench.launch.child import Child

_PREPARE_S = 60.0
AT_ONCE = 2
"""A machine has two cores."""


def conduct_all(
    tasks: Mapping[str, Task],
    launcher: Launcher,
    hash_seed: int,
    timeout_s: float,
    *,
    at_once: int = AT_ONCE,
) -> dict[str, Answer]:
    """Do each task in a process of its own, some at once; return the answers by name.

    Parameters
    ----------
    tasks
        By any name.
    launcher
        Starts the processes.
    hash_seed
        Of all of them.
    timeout_s
        What one may take; preparing may take as long, and a minute at least.
    at_once
        How many run side by side.
    """
    launcher.begin_round(hash_seed)
    return conduct_now(tasks, launcher, timeout_s, at_once=at_once)


def conduct_now(
    tasks: Mapping[str, Task], launcher: Launcher, timeout_s: float, *, at_once: int = AT_ONCE
) -> dict[str, Answer]:
    """Do each task as `conduct_all` does, under the hash seed of the round that is going on."""
    names = list(tasks)
    answers: dict[str, Answer] = {}
    for start in range(0, len(names), at_once):
        children: dict[str, Child] = {}
        try:
            for name in names[start : start + at_once]:
                children[name] = launcher.start(tasks[name])
            for child in children.values():
                child.await_ready(max(_PREPARE_S, timeout_s))
                child.open_gate()
            for name, child in children.items():
                answers[name] = child.finish(timeout_s)
        finally:
            for child in children.values():
                child.end()
    return answers
