"""``python -m savebench`` is the command line."""

from savebench.cli import main

main()
