"""A comparison in words: how much a change weighs, its figures, and tables for a terminal."""
