"""``savebench list``."""

import click

from savebench.cli.showing import console_of


@click.command("list")
@click.argument("what", required=False, type=click.Choice(["workloads", "serializers"]))
@click.option("--json", "as_json", is_flag=True, help="For a script.")
def list_rows(what: str | None, *, as_json: bool) -> None:
    """Show what can be measured, and how to install what is missing.

    \b
    Examples:
      savebench list
      savebench list serializers
      savebench list workloads --json
    """  # noqa: D301 - click reads the escape
    from savebench.catalogue.providers import load_catalogue

    catalogue = load_catalogue()
    for problem in catalogue.problems:
        click.echo(f"savebench: {problem}", err=True)
    kinds = (what,) if what else ("serializers", "workloads")
    if as_json:
        from savebench.report.listing import as_json as render_json

        click.echo(render_json(catalogue, kinds))
        return
    from savebench.report.listing import render

    render(catalogue, kinds, console_of())
