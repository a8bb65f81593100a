"""Fixtures that several test files share."""

import importlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PLANTED = Path(__file__).parent / "planted"


@pytest.fixture(scope="session", autouse=True)
def model_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep built models in a folder of this test session."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAVEBENCH_CACHE_DIR", str(folder))
        yield folder


@pytest.fixture(scope="session", autouse=True)
def width() -> Iterator[None]:
    """Leave the width of what is printed to the commands: pytest-xdist's workers say 80."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COLUMNS", raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> None:
    """Let Ctrl-C reach the commands under test, also where a shell started the tests behind it."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def planted() -> Iterator[Path]:
    """Install the planted plug-in: on this process's path, and on that of its children."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(PLANTED))
        paths = [str(PLANTED), *filter(None, [os.environ.get("PYTHONPATH")])]
        patch.setenv("PYTHONPATH", os.pathsep.join(paths))
        importlib.invalidate_caches()
        yield PLANTED
    sys.modules.pop("planted_rows", None)
