"""``savebench advise``."""

import signal
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from savebench.cli import options
from savebench.cli.exits import DONE, INTERRUPTED, interrupt
from savebench.cli.showing import console_of, print_bytes, while_read
from savebench.defaults import ADVISE_BUDGET

if TYPE_CHECKING:
    from savebench.advised import Advice


@click.command()
@click.argument("model", metavar="MODEL")
@click.option("--probe", type=options.PATH, help="Input to ask with: .npy, .csv or .parquet.")
@click.option("--method", help="What answers: predict, transform, ... Else the first there is.")
@click.option("--bandwidth", metavar="RATE", help="It is downloaded first, at 100MB/s.")
@click.option("--loads-per-dump", metavar="N", help="Loaded so often each time it is saved: 50.")
@click.option("--workers", metavar="N", help="Processes on one machine that each hold it: 4.")
@click.option("--memory", metavar="SIZE", help="What loading, or all workers, may take: 512MB.")
@click.option("--max-size", metavar="SIZE", help="The file may not be larger: 50MB.")
@click.option("--cold", is_flag=True, help="The file is not in the page cache: a first load.")
@click.option("--safe", is_flag=True, help="Only formats that run no code on load.")
@click.option("--exact", is_flag=True, help="Only what comes back bit for bit.")
@click.option("--read-by", metavar="ENV", help="Where it is loaded: python=3.11,scikit-learn=1.6.")
@click.option(
    "--budget", metavar="TIME", default=ADVISE_BUDGET, show_default=True, help="Of it all."
)
@click.option(
    "-s", "--serializer", "serializers", multiple=True, metavar="GLOB",
    shell_complete=options.complete("serializers"), help="Ways to try; else the usual ones.",
)  # fmt: skip
@click.option("--out", type=options.PATH, help="Folder for records, report and plots.")
@click.option(
    "--trust", is_flag=True,
    help="Load a file that names what nobody has reviewed, unconfined: its code runs as you.",
)  # fmt: skip
@click.option("--all", "show_all", is_flag=True, help="Show beaten rows and calculations, too.")
@click.option("--json", "as_json", is_flag=True, help="Print one object for a script.")
def advise(  # noqa: PLR0913 - what a person may need
    *,
    model: str,
    probe: Path | None,
    method: str | None,
    bandwidth: str | None,
    loads_per_dump: str | None,
    workers: str | None,
    memory: str | None,
    max_size: str | None,
    cold: bool,
    safe: bool,
    exact: bool,
    read_by: str | None,
    budget: str,
    serializers: tuple[str, ...],
    out: Path | None,
    trust: bool,
    show_all: bool,
    as_json: bool,
) -> None:
    """How should I save this model? Measured on the model itself, for what you need.

    MODEL is a file (a pickle of any protocol, joblib, cloudpickle, dill, skops, npz, XGBoost's or
    LightGBM's own; compressed or not) or package.module:attribute, an object or what makes one.

    A pickle runs code when it is loaded. So the file is read first, without loading it; only if
    all that it names stands on a reviewed list of types and reconstructors is it loaded, in a
    process of its own. Anything else is named and refused, unless you --trust it.

    A list may have holes, and reviewed types can be put together to do harm when they are asked. So
    a process that loads a file without --trust is confined: it writes nowhere but where it is
    measured, starts no program and uses no network. On Linux (5.13 and later) the kernel sees to
    that, by Landlock; elsewhere Python does, which does not stop compiled code. It may still read
    your files, crash, or answer wrongly: none of this says that the model is any good.

    \b
    Examples:
      savebench advise model.joblib
      savebench advise model.pkl --probe X.npy --bandwidth 100MB/s --workers 4
      savebench advise model.joblib --safe --max-size 50MB
      savebench advise mypackage.models:make_model --budget 30s --json

    \b
    Exit codes: 0 answered, 2 wrong usage, refused or no model, 130 interrupted (what was measured
    until then is still answered from).
    """  # noqa: D301 - click reads the escape
    from savebench.advised import Advice
    from savebench.advising.asked import folder_for
    from savebench.advising.named import advise_named
    from savebench.progress import AdviceBar
    from savebench.summary.advice.needs import Needs
    from savebench.units import seconds_of

    needs = Needs.of(
        bandwidth=bandwidth,
        loads_per_dump=loads_per_dump,
        workers=workers,
        memory=memory,
        cold=cold,
        safe=safe,
        exact=exact,
        read_by=read_by,
        max_size=max_size,
    )
    budget_s = seconds_of(budget, "budget")
    folder = folder_for(out)
    signal.signal(signal.SIGTERM, interrupt)
    bar = AdviceBar(console_of(stderr=True), budget_s)
    with closing(bar):
        answer = advise_named(
            model,
            needs,
            probe=probe,
            method=method,
            budget_s=budget_s,
            serializers=serializers,
            out=folder,
            trust=trust,
            watcher=bar,
        )
    advice = Advice(answer)
    page = advice.write_report(folder)
    _show(advice, page, as_json=as_json, show_all=show_all)
    sys.exit(INTERRUPTED if bar.was_interrupted else DONE)


def _show(advice: "Advice", page: Path, *, as_json: bool, show_all: bool) -> None:
    with while_read():
        if as_json:
            import msgspec

            print_bytes(msgspec.json.encode(advice.to_json()).decode())
        else:
            advice.print_to(console_of(), show_all=show_all)
            click.echo(f"\nReport: {page}")
