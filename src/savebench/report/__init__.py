"""Summaries as pages: nothing here measures or decides."""
