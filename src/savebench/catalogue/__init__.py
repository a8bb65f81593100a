"""What can be measured: rows, who provides them, suites of them, and a choice among them."""

from savebench.catalogue.rows import Serializer, Workload

__all__ = ["Serializer", "Workload"]  # where rows of an older savebench, under `ab`, look for them
