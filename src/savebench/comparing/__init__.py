"""Base against head: changes and their verdicts."""
