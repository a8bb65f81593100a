"""Tests of `savebench.obstacles`."""
