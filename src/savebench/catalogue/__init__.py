"""What can be measured: rows, who provides them, suites of them, and a choice among them."""
