"""fickling, picklescan and modelscan beside `savebench inspect`, on hostile and on good files.

``python -m bench.scanners PYTHON`` writes the corpus of tests/inspecting/hostile (those files that
are whole) and good models, and has the scanners that are installed for that interpreter read each,
by their own functions, as their command lines do. None of them loads a file.
"""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.inspecting.hostile import good
from tests.inspecting.hostile.corpus import hostile, write_all

from savebench.errors import SavebenchError
from savebench.inspecting.file import inspect_file

WAYS = ("pickle-p4", "pickle-p5", "joblib", "joblib+zlib", "joblib+xz")
FILE_LIMIT_S = 20
SCANNERS: Mapping[str, str] = {
    "fickling": """
from fickling.loader import scan_file
def judge(path):
    found = scan_file(path, graceful=True)
    return "unread" if found.errors else "passed" if found.is_safe else "flagged"
""",
    "picklescan": """
from picklescan.scanner import scan_file_path
def judge(path):
    found = scan_file_path(path)
    if found.issues_count or found.infected_files:
        return "flagged"
    return "unread" if found.scan_err or not found.scanned_files else "passed"
""",
    "modelscan": """
from modelscan.modelscan import ModelScan
def judge(path):
    found = ModelScan().scan(path)
    if found["summary"]["total_issues"]:
        return "flagged"
    is_read = found["summary"]["scanned"]["total_scanned"] and not found["errors"]
    return "passed" if is_read else "unread"
""",
}
"""Code for the other interpreter: path -> flagged, passed, or unread (could not parse, skipped)."""
LOOP = f"""
import json, logging, os, signal, sys
from importlib.metadata import version
logging.disable(logging.CRITICAL)
answers = os.dup(1)
os.dup2(2, 1)
def told(path):
    signal.alarm({FILE_LIMIT_S})
    try:
        return judge(path)
    except Exception:
        return "unread"
    finally:
        signal.alarm(0)
def too_long(number, frame):
    raise TimeoutError
signal.signal(signal.SIGALRM, too_long)
found = [told(path) for path in json.load(sys.stdin)]
os.write(answers, json.dumps([version(NAME), found]).encode())
"""


def main() -> None:
    """Write the files, ask each scanner, and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        bad, fine = _bad(Path(folder) / "bad"), _good(Path(folder) / "good")
        print("| scanner | hostile: flagged | passed | could not parse | good: flagged |", end="")
        print(" passed | could not parse |\n|---|--:|--:|--:|--:|--:|--:|")
        print(_row("savebench inspect", map(_ours, bad), map(_ours, fine)))
        for name, judge in SCANNERS.items():
            told = _asked(sys.argv[1], name, judge, [*bad, *fine])
            if told is None:
                print(f"{name}: not installed for {sys.argv[1]}", file=sys.stderr)
                continue
            version, found = told
            print(_row(f"{name} {version}", found[: len(bad)], found[len(bad) :]))


def _bad(folder: Path) -> list[Path]:
    """Write the hostile files that are regular, and whole: the others are refused as damaged."""
    folder.mkdir()
    whole = [each for each in hostile() if each.verdict == "refused"]
    return [each.path for each in write_all(whole, folder) if each.path.is_file()]


def _good(folder: Path) -> list[Path]:
    folder.mkdir()
    found = []
    for name, way, path in good.files(folder):
        if way in WAYS:
            suffix = ".joblib" if way.startswith("joblib") else ".pkl"
            found.append(path.rename(folder / f"{name}-{way.replace('+', '-')}{suffix}"))
    return found


def _ours(path: Path) -> str:
    try:
        found = inspect_file(path)
    except SavebenchError:
        return "unread"
    return "unread" if found.damage else "passed" if found.trusted else "flagged"


def _asked(python: str, name: str, judge: str, files: list[Path]) -> tuple[str, list[str]] | None:
    """Have an interpreter's scanner read files; None where it is not installed there."""
    done = subprocess.run(
        [python, "-c", f"NAME = {name!r}\n{judge}{LOOP}"],
        input=json.dumps(list(map(str, files))),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and "ModuleNotFoundError" in done.stderr:
        return None
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr[-500:]}")
    version, found = json.loads(done.stdout)
    return version, found


def _row(name: str, bad: Iterable[str], fine: Iterable[str]) -> str:
    cells = [
        str(tally[each])
        for tally in (Counter(bad), Counter(fine))
        for each in ("flagged", "passed", "unread")
    ]
    return f"| {name} | {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
