"""``savebench inspect``."""

from pathlib import Path

import click

from savebench.cli import options
from savebench.errors import DataError


@click.command()
@click.argument("what", metavar="FILE|MODULE:ATTRIBUTE")
@click.option("--json", "as_json", is_flag=True, help="For a script.")
@click.option(
    "--out", type=options.PATH, help="Folder for a report: a page, and a treemap of the bytes."
)
@click.option("--trust", is_flag=True, help="Load it too, in a child: all its code runs there.")
def inspect(what: str, *, as_json: bool, out: Path | None, trust: bool) -> None:
    """Say what is in a model's file, without loading it, or in an object of a module.

    Reads pickles of any protocol, joblib of any age, skops, npz, ONNX, XGBoost's and LightGBM's
    own, compressed or not, told by their bytes. Shows where the bytes are, who wrote the file,
    which classes it needs, and everything that loading it would import and call: each trusted,
    because it stands on a reviewed list of types and reconstructors, or not, and why.

    Of package.module:attribute, an object or what makes one, the module is imported in a child,
    so its code runs there; bytes are those in memory.

    \b
    What that protects against: a file that runs code of somebody else's choice when it is loaded.
    What not: a listed type with a hostile state can still crash the process that loads it, or
    answer wrongly; and a file that is trusted here need not be a good model.

    \b
    Examples:
      savebench inspect model.joblib
      savebench inspect model.pkl.gz --json
      savebench inspect model.joblib --out DIR
      savebench inspect mypackage.models:make_model

    \b
    Exit codes: 0 read, whether trusted or not; 2 no model, damaged, or too large when unpacked.
    """  # noqa: D301 - click reads the escape
    from savebench.inspecting.as_json import as_object
    from savebench.inspecting.named import inspect_named

    found = inspect_named(what, trust=trust)
    if as_json:
        import json

        click.echo(json.dumps(as_object(found)))  # escapes what is no text, too
    else:
        from savebench.cli.showing import console_of
        from savebench.report.inspection.terminal import show

        show(found, console_of())
    if out is not None:
        from savebench.inspected import Inspected

        page = Inspected(found).write_report(out)
        click.echo(f"Report: {page}", err=as_json)
    if found.damage:
        raise DataError(f"{what}: {found.damage}")
