"""Kinds and size classes of models."""

import pytest

from savebench.catalogue.providers import load_catalogue
from savebench.summary.kinds import kind_of, size_class


def test_every_workload_of_the_catalogue_has_a_kind() -> None:
    """A new one is put into the table with it."""
    ours = [name for name, entry in load_catalogue().workloads.items() if entry.is_ours]

    assert ours
    assert [name for name in ours if kind_of(name) == "other"] == []


def test_nothing_is_known_of_what_a_plug_in_s_workload_is_made_of() -> None:
    """Its name could say anything."""
    assert kind_of("their-model") == "other"


@pytest.mark.parametrize(
    ("size_bytes", "expected"),
    [
        (1, "small"),
        (1_000_000, "small"),
        (1_000_001, "medium"),
        (100_000_000, "medium"),
        (100_000_001, "large"),
    ],
)
def test_a_limit_belongs_to_the_class_below_it(size_bytes: int, expected: str) -> None:
    """As "up to 1 MB" says."""
    assert size_class(size_bytes) == expected
