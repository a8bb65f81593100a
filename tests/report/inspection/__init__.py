"""Tests of how an inspection is shown."""
