"""What is asked for where nobody says otherwise: one place for Python and the command line.

What a suite measures and for how long stands in `savebench.catalogue.suites`, how large a change
must be to count in `savebench.comparing.rule`.
"""

SUITE = "quick"
"""Of a run, and of the run that the doctor thinks of."""
AB_SUITE = "smoke"
AB_BUDGET = "5min"
ADVISE_BUDGET = "1min"
PRECISION = "5%"
THREADS = 1
SEED = 0
