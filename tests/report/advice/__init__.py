"""Tests of how advice is shown."""
