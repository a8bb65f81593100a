"""Tests of `savebench.report.history`."""
