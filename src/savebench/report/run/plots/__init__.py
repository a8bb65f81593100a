"""The plots of a run, one file a question."""
