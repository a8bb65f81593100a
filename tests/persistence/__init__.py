"""Tests of the checks behind the fixture ``persistence``."""
