"""What is pure can be loaded where nothing is measured: it brings no launcher along."""

import subprocess
import sys
import tomllib
from pathlib import Path

CONTRACTS = Path(__file__).parent.parent / "pyproject.toml"


def test_what_is_pure_loads_nothing_that_starts_a_process() -> None:
    """All modules of the contract together, in a fresh interpreter."""
    contracts = tomllib.loads(CONTRACTS.read_text())["tool"]["importlinter"]["contracts"]
    pure = next(each for each in contracts if each["name"] == "What is pure loads no launcher")
    code = "\n".join([*(f"import {name}" for name in pure["source_modules"]), "import sys"])
    code += f"\nprint([name for name in {pure['forbidden_modules']} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_a_verdict_is_the_work_of_a_few_modules() -> None:
    """It was 62, the zygote's and the trials' among them."""
    code = "import savebench.comparing.in_step.verdicts, sys; print(*sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    loaded = [name for name in done.stdout.split() if name.startswith("savebench")]
    assert len(loaded) <= 13
