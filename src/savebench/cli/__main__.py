"""``python -m savebench.cli`` is the command line."""

from savebench.cli import main

main()
