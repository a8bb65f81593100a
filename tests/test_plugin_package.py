"""A third party's package, installed beside savebench, is measured without a change to it."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.commands import LIMIT_S, savebench

THIRDPARTY = Path(__file__).parent / "packages" / "thirdparty"


def test_an_installed_package_brings_its_rows(tmp_path: Path) -> None:
    """Its serializer on our workload, ours on its, with its name and version on record."""
    site = tmp_path / "site"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--disable-pip-version-check",
            "--target",
            str(site),
            str(THIRDPARTY),
        ],
        check=True,
        timeout=LIMIT_S,
        capture_output=True,
    )
    ended = savebench(
        *("run", "-w", "dummy", "-w", "home-prices", "-s", "pickle", "-s", "marshalled"),
        *("--rounds", 2, "--out", tmp_path / "run"),
        env={**os.environ, "PYTHONPATH": str(site)},
    )
    assert ended.code == 0, ended.err
    lines = (tmp_path / "run" / "run.jsonl").read_text(encoding="utf-8").splitlines()
    header, *records = [json.loads(line) for line in lines]
    records = [each for each in records if each["trial"] != "control"]
    cases = {(each["case"]["workload"], each["case"]["serializer"]) for each in records}
    assert cases == {
        (workload, serializer)
        for workload in ("dummy", "home-prices")
        for serializer in ("pickle", "marshalled")
    }
    assert {each["outcome"] for each in records} == {"ok"}
    assert header["serializers"]["marshalled"]["distribution"] == "thirdparty-savebench 2.5"
