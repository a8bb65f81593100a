"""Tests of the advice for one model."""
