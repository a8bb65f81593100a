"""Tests of `savebench.report.run`."""
