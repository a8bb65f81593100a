"""The catalogue's row that a trial measures."""

from savebench.catalogue.providers import load_row
from savebench.catalogue.rows import Serializer
from savebench.launch.messages import Task


def serializer_of(task: Task) -> Serializer:
    """Return the row that the task names."""
    if task.serializer is None:
        raise ValueError(f"a {task.kind} trial needs a serializer")
    row = load_row(task.serializer.provider, task.serializer.name, Serializer)
    if not task.serializer.trust:
        return row
    from savebench.serializers.skops import trusting

    return trusting(row, task.serializer.trust)
