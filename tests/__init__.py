"""The tests of savebench."""
