"""One table says how processes come to be."""

import pytest

from savebench.errors import UsageError
from savebench.launch import launchers
from savebench.launch.launchers import SPAWN, WAYS, Way, available, choose


@pytest.fixture
def without_zygote(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be on a machine that lacks what the zygote needs."""
    lacking = Way(make=WAYS["zygote"].make, why_not=lambda: "zygote needs Linux")
    monkeypatch.setattr(launchers, "WAYS", {**WAYS, "zygote": lacking})


def test_spawn_can_be_had_everywhere() -> None:
    """It is the reference, and the last resort."""
    assert list(WAYS)[-1] == SPAWN
    assert available()[-1] == SPAWN
    assert choose(SPAWN) == (SPAWN, "")


@pytest.mark.usefixtures("without_zygote")
@pytest.mark.parametrize("asked", [None, "zygote"])
def test_what_a_machine_lacks_is_said_and_replaced(asked: str | None) -> None:
    """By what is right everywhere."""
    remark = "zygote needs Linux; using spawn: right, but slower"
    assert choose(asked) == (SPAWN, remark)


def test_a_name_that_is_not_in_the_table_is_refused() -> None:
    """With the names that are."""
    with pytest.raises(UsageError, match="no launcher 'fork'; choose one of zygote, spawn"):
        choose("fork")
