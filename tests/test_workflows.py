"""GitHub workflows, ours and those of README: schema, linter, permissions, shell."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.commands import LIMIT_S, checked

ROOT = Path(__file__).parent.parent
BENCH = ROOT / ".github" / "workflows" / "bench.yml"
BASH, GIT = shutil.which("bash") or "", shutil.which("git") or ""


def loaded(text: str) -> dict[str, Any]:
    """Return a workflow as plain values."""
    found = YAML(typ="safe", pure=True).load(text)
    assert isinstance(found, dict)
    return found


def of_readme() -> list[str]:
    """Return the workflows that README offers to copy."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"(?ms)^```yaml\n(.*?)^```$", readme)
    return [block for block in blocks if re.search(r"(?m)^jobs:", block)]


WORKFLOWS = [BENCH.read_text(encoding="utf-8"), *of_readme()]


def steps(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the steps of all jobs."""
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_schema_and_linter_find_nothing(tmp_path: Path) -> None:
    """GitHub's own schema for workflows, and zizmor's audits of how they can be abused."""
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / ".github" / "zizmor.yml", folder.parent)
    files = []
    for number, text in enumerate(WORKFLOWS):
        files.append(folder / f"{number}.yml")
        files[-1].write_text(text, encoding="utf-8")

    checked("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files)
    checked("zizmor", "--offline", "--no-progress", "--persona", "pedantic", tmp_path)


@pytest.mark.parametrize("text", WORKFLOWS)
def test_a_workflow_is_safe_for_forks(text: str) -> None:
    """A pull request's code sees no secret and no token that can write."""
    workflow = loaded(text)

    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["on"].keys() <= {"pull_request", "push"}
    assert "secrets." not in text
    for job in workflow["jobs"].values():
        writes = "write" in job.get("permissions", {}).values()
        assert not writes or "github.event_name == 'push'" in job["if"]


@pytest.mark.parametrize("text", WORKFLOWS)
def test_a_workflow_ends_and_does_not_pile_up(text: str) -> None:
    """Each job has a limit, and a newer push replaces an older one of the same pull request."""
    workflow = loaded(text)

    assert all(job["timeout-minutes"] <= 60 for job in workflow["jobs"].values())
    assert workflow["concurrency"]["cancel-in-progress"] is not False


@pytest.mark.parametrize("text", WORKFLOWS)
def test_actions_are_pinned_by_full_version_or_hash(text: str) -> None:
    """Never by a branch or a moving major version; and the token stays out of the clone."""
    for step in steps(loaded(text)):
        if "uses" in step:
            assert re.fullmatch(r"[\w/.-]+@(v\d+\.\d+\.\d+|[0-9a-f]{40})", step["uses"])
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def stored(text: str, remote: Path, work: Path, commit: str) -> subprocess.CompletedProcess[str]:
    """Do what the last step of the history job does, with a repository of ours as the remote."""
    (work / "run").mkdir(parents=True)
    (work / "run" / "run.jsonl").write_text(commit, encoding="utf-8")
    (work / "run" / "report.md").write_text("made anew from run.jsonl", encoding="utf-8")
    script = loaded(text)["jobs"]["history"]["steps"][-1]["run"]
    return subprocess.run(
        [BASH, "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=work,
        env={**os.environ, "REMOTE": str(remote), "COMMIT": commit},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


@pytest.mark.skipif(not (BASH and GIT), reason="needs bash and git")
@pytest.mark.parametrize("text", [each for each in WORKFLOWS if "savebench-history" in each])
def test_the_history_job_adds_a_folder_a_run(tmp_path: Path, text: str) -> None:
    """The first makes the branch, the next adds to it; none is ever changed."""
    remote = tmp_path / "remote.git"
    subprocess.run([GIT, "init", "--quiet", "--bare", remote], check=True, timeout=LIMIT_S)
    commits = ["a" * 40, "b" * 40, "c" * 40]

    for commit in commits:
        done = stored(text, remote, tmp_path / commit, commit)
        assert done.returncode == 0, done.stderr

    listed = subprocess.run(
        [GIT, "-C", remote, "ls-tree", "-r", "--name-only", "savebench-history"],
        capture_output=True,
        text=True,
        check=True,
        timeout=LIMIT_S,
    ).stdout.split()
    assert [name.split("-")[-1] for name in sorted(listed, key=lambda name: name[16:])] == [
        f"{commit[:12]}/run.jsonl" for commit in commits
    ]
