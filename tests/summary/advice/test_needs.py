"""What people write about their needs, and what it comes to."""

import pytest

from savebench.errors import UsageError
from savebench.summary.advice import Needs


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("100MB/s", 100e6),
        ("1 GB/s", 1e9),
        ("1.5 GB / s", 1.5e9),
        ("100Mbit/s", 12.5e6),
        ("100 Mbps", 12.5e6),
        ("20MBps", 20e6),
        ("512 kB/sec", 512e3),
        ("9600bit/s", 1200.0),
        (50, 50.0),
        (2.5e8, 2.5e8),
    ],
)
def test_a_bandwidth_is_read_as_people_write_it(asked: str | float, expected: float) -> None:
    """Bytes per second; bits are an eighth."""
    assert expected == Needs.of(bandwidth=asked).bandwidth_bytes_per_s


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("100MB", "bandwidth '100MB' is a size, not a rate; write it like 100MB/s or 800Mbit/s"),
        ("100Mb/s", "bandwidth '100Mb/s' may be bits or bytes; write 100Mbit/s or 100MB/s"),
        ("50", "bandwidth '50' is not a rate; write it like 100MB/s or 800Mbit/s"),
        ("fast", "bandwidth 'fast' is not a rate; write it like 100MB/s or 800Mbit/s"),
        ("-1MB/s", "bandwidth '-1MB/s' is not a rate; write it like 100MB/s or 800Mbit/s"),
        ("0MB/s", "bandwidth '0MB/s' is no rate above zero; write it like 100MB/s or 800Mbit/s"),
        (0, "bandwidth 0 is not a rate; write it like 100MB/s or 800Mbit/s"),
        (True, "bandwidth True is not a rate; write it like 100MB/s or 800Mbit/s"),
        (float("nan"), "bandwidth nan is not a rate; write it like 100MB/s or 800Mbit/s"),
    ],
)
def test_what_is_no_bandwidth_is_refused_with_how_to_write_it(asked: str, message: str) -> None:
    """One line that names the option."""
    with pytest.raises(UsageError) as refused:
        Needs.of(bandwidth=asked)

    assert message == str(refused.value)


def test_every_need_is_normalised_and_told_in_units_of_its_name() -> None:
    """What --json shows under needs."""
    needs = Needs.of(
        bandwidth="100MB/s",
        loads_per_dump="50",
        workers="4",
        memory="512MB",
        cold=True,
        safe=True,
        exact=True,
        read_by="python=3.11,scikit-learn=1.6",
        max_size=10_000_000,
    )

    assert needs.to_json() == {
        "bandwidth_bytes_per_s": 100e6,
        "loads_per_dump": 50.0,
        "workers": 4,
        "memory_bytes": 512_000_000,
        "cold": True,
        "safe": True,
        "exact": True,
        "read_by": ["python==3.11", "scikit-learn==1.6"],
        "max_size_bytes": 10_000_000,
    }


def test_no_needs_are_all_empty() -> None:
    """Nothing asked, nothing said."""
    needs = Needs.of()

    assert needs == Needs()
    assert needs.said() == ()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("python=3.11", ["python==3.11"]),
        ("python==3.11, scikit-learn = 1.6", ["python==3.11", "scikit-learn==1.6"]),
        ("numpy>=1.20,<2,joblib=1.2", ["numpy<2,>=1.20", "joblib==1.2"]),
        ("python~=3.9", ["python~=3.9"]),
        (["python=3.11", "joblib"], ["python==3.11", "joblib"]),
    ],
)
def test_readers_are_read_with_one_equals_sign_or_two(asked: str, expected: list[str]) -> None:
    """A comma before an operator parts no requirements."""
    assert expected == [str(each) for each in Needs.of(read_by=asked).read_by]


@pytest.mark.parametrize(
    ("option", "asked", "message"),
    [
        ("workers", "2.5", "workers '2.5' is not a whole number from 1 on; write it like 4"),
        ("workers", 0, "workers 0 is not a whole number from 1 on; write it like 4"),
        ("workers", True, "workers True is not a whole number from 1 on; write it like 4"),
        ("memory", -5, "memory -5 is not a size above zero; write it like 512MB"),
        (
            "memory",
            "512",
            (
                "memory '512' is not a size without a unit (B, KB, MB, GB or TB); "
                "write it like 16MB, 128KB or 1GB"
            ),
        ),
        ("max_size", "big", "max-size 'big' is not a size; write it like 16MB, 128KB or 1GB"),
        (
            "read_by",
            "3.11",
            (
                "read-by '3.11' is not a name and a version; "
                "write it like python=3.11,scikit-learn=1.6"
            ),
        ),
        ("read_by", ",", "read-by names nothing; write it like python=3.11,scikit-learn=1.6"),
        (
            "loads_per_dump",
            "many",
            (
                "loads-per-dump 'many' is not a number above zero; write it like 50: loaded fifty "
                "times each time it is saved"
            ),
        ),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_option(
    option: str, asked: object, message: str
) -> None:
    """Before anything is measured."""
    with pytest.raises(UsageError) as refused:
        Needs.of(**{option: asked})  # type: ignore[arg-type] # that is what is refused

    assert message == str(refused.value)
