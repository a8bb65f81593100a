"""Workflows, those that ``savebench workflow`` prints and our own: schema, linter, shell."""

import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from savebench.workflows import services, workflow
from tests.commands import LIMIT_S, checked, savebench

ROOT = Path(__file__).parent.parent
BENCH = (ROOT / ".github" / "workflows" / "bench.yml").read_text(encoding="utf-8")
GITHUB, GITLAB = workflow("github"), workflow("gitlab")
ON_GITHUB = pytest.mark.parametrize("text", [BENCH, GITHUB], ids=["ours", "printed"])
BASH, GIT = shutil.which("bash") or "", shutil.which("git") or ""
NEEDS_GIT = pytest.mark.skipif(not (BASH and GIT), reason="needs bash and git")

SCHEMAS = {"github": "vendor.github-workflows", "gitlab": "vendor.gitlab-ci"}

OURS = (
    (
        "tests: # leave it out, and the word needs below, where another workflow runs your tests\n",
        "tests:\n",
    ),
    ("name: the project's tests\n", "name: tests, style, types, layers\n"),
    (
        (
            "      - name: Install the project and what its tests need\n"
            "        run: python -m pip install --quiet . savebench pytest\n"
            "      - name: Test it; the fixture persistence is there\n"
            "        run: python -m pytest\n"
        ),
        "      - run: bash .ci/run\n",
    ),
    ("and the project, whose own rows take part\n", "as it is in the pull request\n"),
    ("Install savebench and the project\n", "Install savebench\n"),
    ("--quiet . savebench\n", "--quiet -c .ci/constraints.txt .\n"),
)
"""What the printed workflow says, and what this project's own says instead."""


def loaded(text: str) -> dict[str, Any]:
    """Return a workflow as plain values."""
    found = YAML(typ="safe", pure=True).load(text)
    assert isinstance(found, dict)
    return found


def body(text: str) -> str:
    """Return a workflow without the comment at its head."""
    return text[text.index("\nname: ") :]


def steps(given: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the steps of all jobs."""
    return [step for job in given["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("service", services())
def test_the_verb_prints_a_services_workflow_and_nothing_else(service: str) -> None:
    """Ready to be redirected into a file, whose place its first lines tell."""
    ended = savebench("workflow", service)

    assert (ended.code, ended.out, ended.err) == (0, workflow(service), "")
    assert f"savebench workflow {service} > ." in ended.out[:300]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("gitlba", "there is no workflow for 'gitlba'; did you mean gitlab?"),
        ("GitHub", "there is no workflow for 'GitHub'; did you mean github?"),
        (
            "jenkins",
            "there is no workflow for 'jenkins'; there are github, gitlab (others: --help)",
        ),
        ("../github", "there is no workflow for '../github'; did you mean github?"),
        ("", "there is no workflow for ''; there are github, gitlab (others: --help)"),
    ],
)
def test_an_unknown_service_is_answered_with_the_nearest(asked: str, said: str) -> None:
    """On one line, and nothing goes into the file that stdout became."""
    ended = savebench("workflow", asked)

    assert (ended.code, ended.out, ended.err) == (2, "", f"savebench: {said}\n")


def test_a_wheel_ships_every_workflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it stands in the source."""
    monkeypatch.chdir(ROOT)
    checked("hatchling", "build", "-t", "wheel", "-d", tmp_path)
    (wheel,) = tmp_path.glob("*.whl")

    with zipfile.ZipFile(wheel) as archive:
        for service in services():
            text = archive.read(f"savebench/workflows/{service}.yml").decode()
            assert text == workflow(service)


@pytest.mark.parametrize("service", services())
def test_a_services_own_schema_finds_nothing(service: str, tmp_path: Path) -> None:
    """Each service has one here, or its workflow is not done."""
    file = tmp_path / "workflow.yml"
    file.write_text(workflow(service), encoding="utf-8")

    checked("check-jsonschema", "--builtin-schema", SCHEMAS[service], file)


def test_our_own_workflow_is_the_printed_one_but_for_what_is_named() -> None:
    """So that what users copy is what runs here."""
    expected = body(GITHUB)
    for theirs, ours in OURS:
        assert theirs in expected
        expected = expected.replace(theirs, ours)

    assert expected == body(BENCH)


def test_the_linter_finds_no_way_to_abuse_them(tmp_path: Path) -> None:
    """Zizmor's audits; and our own keeps GitHub's schema."""
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / ".github" / "zizmor.yml", folder.parent)
    (folder / "printed.yml").write_text(GITHUB, encoding="utf-8")
    (folder / "ours.yml").write_text(BENCH, encoding="utf-8")

    checked("check-jsonschema", "--builtin-schema", SCHEMAS["github"], folder / "ours.yml")
    checked("zizmor", "--offline", "--no-progress", "--persona", "pedantic", tmp_path)


@ON_GITHUB
def test_a_workflow_is_safe_for_forks(text: str) -> None:
    """A pull request's code sees no secret and no token that can write."""
    given = loaded(text)

    assert given["permissions"] == {"contents": "read"}
    assert given["on"].keys() <= {"pull_request", "push"}
    assert "secrets." not in text
    for job in given["jobs"].values():
        writes = "write" in job.get("permissions", {}).values()
        assert not writes or "github.event_name == 'push'" in job["if"]


@ON_GITHUB
def test_a_workflow_ends_and_does_not_pile_up(text: str) -> None:
    """Each job has a limit, and a newer push replaces an older one of the same pull request."""
    given = loaded(text)

    assert all(job["timeout-minutes"] <= 60 for job in given["jobs"].values())
    assert given["concurrency"]["cancel-in-progress"] is not False


@ON_GITHUB
def test_actions_are_pinned_by_full_version_or_hash(text: str) -> None:
    """Never by a branch or a moving major version; and the token stays out of the clone."""
    for step in steps(loaded(text)):
        if "uses" in step:
            assert re.fullmatch(r"[\w/.-]+@(v\d+\.\d+\.\d+|[0-9a-f]{40})", step["uses"])
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_on_gitlab_only_the_default_branch_pushes() -> None:
    """A merge request's jobs run its code: they are stopped by a newer push, and push nothing."""
    jobs = {name: job for name, job in loaded(GITLAB).items() if not name.startswith(".")}
    pushing = {name for name, job in jobs.items() if "git push" in str(job["script"])}

    assert list(jobs) == ["savebench-tests", "savebench-ab", "savebench-history"]
    assert all(job["extends"] == ".savebench" for job in jobs.values())
    assert pushing == {"savebench-history"}
    assert jobs["savebench-history"]["rules"] == [
        {"if": '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH'}
    ]
    assert (jobs["savebench-ab"]["interruptible"], jobs["savebench-history"]["interruptible"]) == (
        True,
        False,
    )


def ran(script: str, work: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a job's script as a service's runner does."""
    return subprocess.run(
        [BASH, "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=work,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


def pretend(folder: Path, *programs: str) -> None:
    """Make programs that say how they were called."""
    for name in programs:
        (folder / name).write_text(f'#!{BASH}\necho {name} "$@"\n', encoding="utf-8")
        (folder / name).chmod(0o755)


@pytest.mark.skipif(not BASH, reason="needs bash")
@pytest.mark.parametrize(
    ("target", "base"), [("", "of-the-request"), ("of-the-target", "of-the-target")]
)
def test_on_gitlab_the_base_is_what_the_pipeline_merges_into(
    tmp_path: Path, target: str, base: str
) -> None:
    """GitLab leaves the target's commit empty where it does not run the merged result."""
    pretend(tmp_path, "python", "savebench")

    done = ran(
        "\n".join(loaded(GITLAB)["savebench-ab"]["script"]),
        tmp_path,
        PATH=str(tmp_path),
        CI_PROJECT_DIR="/builds/p",
        CI_MERGE_REQUEST_DIFF_BASE_SHA="of-the-request",
        CI_MERGE_REQUEST_TARGET_BRANCH_SHA=target,
    )

    assert done.stdout.splitlines() == [
        "python -m pip install --quiet . savebench",
        f"savebench ab --base git+file:///builds/p@{base} --head . --budget 5min --out ab",
    ]


@pytest.mark.skipif(not BASH, reason="needs bash")
def test_on_gitlab_the_merge_request_shows_what_was_compared(tmp_path: Path) -> None:
    """Where there is a comparison: a failure before it is not hidden by another."""
    pretend(tmp_path, "savebench")
    job = loaded(GITLAB)["savebench-ab"]
    report = tmp_path / job["artifacts"]["reports"]["junit"]
    (after,) = job["after_script"]

    assert ran(after, tmp_path, PATH=str(tmp_path)).returncode == 0
    report.parent.mkdir()
    (report.parent / "comparison.json").touch()
    assert ran(after, tmp_path, PATH=str(tmp_path)).returncode == 0

    said = "savebench report ab/comparison.json --format junit\n"
    assert report.read_text(encoding="utf-8") == said


STORING = {
    "ours": loaded(BENCH)["jobs"]["history"]["steps"][-1]["run"],
    "github": loaded(GITHUB)["jobs"]["history"]["steps"][-1]["run"],
    "gitlab": loaded(GITLAB)["savebench-history"]["script"][-1],
}
"""The last step of each history job: ours, and those that are printed."""


def stored(script: str, remote: Path, work: Path, commit: str) -> subprocess.CompletedProcess[str]:
    """Do what the last step of a history job does, with a repository of ours as the remote."""
    (work / "run").mkdir(parents=True)
    (work / "run" / "run.jsonl").write_text(commit, encoding="utf-8")
    (work / "run" / "report.md").write_text("made anew from run.jsonl", encoding="utf-8")
    github = {"REMOTE": str(remote), "COMMIT": commit}
    gitlab = {"CI_REPOSITORY_URL": str(remote), "CI_COMMIT_SHA": commit, "CI_SERVER_HOST": "here"}
    return ran(script, work, **github, **gitlab)


@NEEDS_GIT
@pytest.mark.parametrize("script", STORING.values(), ids=STORING)
def test_the_history_job_adds_a_folder_a_run(tmp_path: Path, script: str) -> None:
    """The first makes the branch, the next adds to it; none is ever changed."""
    remote = tmp_path / "remote.git"
    subprocess.run([GIT, "init", "--quiet", "--bare", remote], check=True, timeout=LIMIT_S)
    commits = ["a" * 40, "b" * 40, "c" * 40]

    for commit in commits:
        done = stored(script, remote, tmp_path / commit, commit)
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


@NEEDS_GIT
def test_on_gitlab_another_address_may_take_the_history(tmp_path: Path) -> None:
    """Where the job's own token may not push."""
    remote = tmp_path / "remote.git"
    subprocess.run([GIT, "init", "--quiet", "--bare", remote], check=True, timeout=LIMIT_S)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.jsonl").touch()

    done = ran(
        STORING["gitlab"],
        tmp_path,
        SAVEBENCH_REMOTE=str(remote),
        CI_REPOSITORY_URL=str(tmp_path / "refused"),
        CI_COMMIT_SHA="d" * 40,
        CI_SERVER_HOST="here",
    )

    assert done.returncode == 0, done.stderr
    assert (remote / "refs" / "heads" / "savebench-history").is_file()
