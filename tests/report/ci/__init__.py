"""Tests of the formats for CI."""
