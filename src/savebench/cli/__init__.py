"""The command line: one file a verb. Each parses, calls, prints, and says how it ended."""

import click

from savebench.cli import (
    ab,
    advise,
    claims,
    compare,
    doctor,
    history,
    inspect,
    list_rows,
    report,
    run,
    workflow,
)
from savebench.cli.exits import Group


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="savebench")
def main() -> None:
    """How should I save this model? Measured, not folklore.

    \b
    Examples:
      savebench advise model.joblib                how to save it, measured on the model itself
      savebench inspect model.joblib               what is in it, without loading it
      savebench run                                the usual ways on built-in models, two minutes
      savebench run -w 'knn-*@16MB' -s 'joblib*'   some ways on some models
      savebench doctor                             is this machine fit to measure on?
      savebench list serializers                   what can be measured
      savebench report savebench-runs/LAST         the tables of a run, anew
      savebench claims savebench-runs/LAST         what people say, tested by a run
      savebench compare OLD NEW                    what changed between two runs
      savebench ab --base joblib==1.4.2 --head .   does a change make saving or loading worse?
      savebench history savebench-runs             what changed from run to run
      savebench workflow github                    all that, for a service that runs your checks

    \b
    Completion (bash): eval "$(_SAVEBENCH_COMPLETE=bash_source savebench)"
    """  # noqa: D301 - click reads the escape


for verb in (
    run.run,
    inspect.inspect,
    list_rows.list_rows,
    report.report,
    claims.claims,
    compare.compare,
    ab.ab,
    advise.advise,
    doctor.doctor,
    history.history,
    workflow.workflow,
):
    main.add_command(verb)
