"""The report of a history: page, terminal, JSON, plots."""
