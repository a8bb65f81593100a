"""Tests of base against head."""
