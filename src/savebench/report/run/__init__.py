"""The report of a run: one view of what is said, and who shows it: page, terminal, JSON, plots."""
