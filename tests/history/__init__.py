"""Tests of `savebench.history`."""
