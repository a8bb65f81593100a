"""Tests of the readers of formats beside the pickles."""
