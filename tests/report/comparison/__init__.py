"""Tests of `savebench.report.comparison`."""
