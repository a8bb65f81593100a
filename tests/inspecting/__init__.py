"""Tests of what is found in a file or an object."""
