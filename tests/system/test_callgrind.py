"""What callgrind writes is read without callgrind."""

import pytest

from savebench.system.callgrind import functions_of, moved, total_of

HEAD = """# callgrind format
version: 1
events: Ir
summary: 0

"""
PLAIN = f"""{HEAD}
ob=/usr/lib/libpython3.11.so.1.0
fl=Objects/dictobject.c
fn=insertdict
cob=/usr/lib/libc.so.6
cfn=malloc
calls=3 0
0 900
0 600

fn=insertdict'2
0 100

ob=/usr/lib/libc.so.6
fn=malloc
0 900

ob=/usr/lib/libz.so.1
fn=0x00000000000034a0
0 30
fn=0x0000000000004b00
0 40

fn=inflate_tiny
0 1
totals: 1671
"""
COMPRESSED = f"""{HEAD}
ob=(1) /usr/lib/libc.so.6
fl=(1) malloc.c
fn=(7) malloc
120 500
+5 80
-3 20
* 10

fn=(9) main
cfn=(7)
calls=2 120
3 610
* 7

fn=(7)
9 3
totals: 620
"""


def test_a_function_has_its_own_instructions_under_its_name_and_file() -> None:
    """Those of its callees are not its own, recursion is one function, no symbol is the file."""
    assert functions_of(PLAIN) == {
        "malloc (libc.so.6)": 900,
        "insertdict (libpython3.11.so.1.0)": 700,
        "(libz.so.1)": 70,
    }
    assert total_of(PLAIN) == 1671


def test_names_that_stand_for_numbers_are_read_too() -> None:
    """As callgrind writes them when nobody asks otherwise."""
    assert functions_of(COMPRESSED) == {"malloc (libc.so.6)": 613, "main (libc.so.6)": 7}


def test_a_file_without_totals_is_refused() -> None:
    """It was cut off."""
    with pytest.raises(ValueError, match="no totals"):
        total_of(HEAD)


def test_the_functions_that_moved_most_come_first() -> None:
    """In either direction; one that is not given had next to nothing; what is equal is no news."""
    base = {"a": 100.0, "b": 500.0, "c": 70.0}
    head = {"a": 130.0, "b": 420.0, "c": 70.0, "new": 50.0}
    assert moved(base, head, most=2) == [("b", 500.0, 420.0), ("new", 0, 50.0)]
