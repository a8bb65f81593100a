"""``savebench workflow``."""

import click

from savebench.cli import options
from savebench.cli.showing import print_bytes, while_read


@click.command()
@click.argument("service", metavar="SERVICE", shell_complete=options.complete_services)
def workflow(service: str) -> None:
    """Print a workflow that tracks your own project: for github or gitlab.

    It runs the project's tests, compares a pull request with its base in step (`savebench ab`), and
    stores a run of the default branch for `savebench history`. Nothing is written: say where the
    text goes. The models and serializers that your package names take part; with
    `-s mine -w my-model` only they do.

    \b
    Examples:
      savebench workflow github > .github/workflows/savebench.yml
      savebench workflow gitlab > .gitlab-ci.yml

    \b
    Other services:
      Jenkins                  savebench ab ... --format junit > savebench.xml
      Bencher                  savebench report RUN --format bmf > bmf.json
                               bencher run --adapter json --file bmf.json
      github-action-benchmark  savebench report RUN --format customSmallerIsBetter > values.json
                               and its setting tool: customSmallerIsBetter
      a script                 savebench ab ... --format json

    \b
    Exit codes: 0 done, 2 no such service.
    """  # noqa: D301 - click reads the escape
    from savebench.workflows import workflow as text_of

    text = text_of(service)
    with while_read():
        print_bytes(text)
