"""Tests of `savebench.summary`."""
