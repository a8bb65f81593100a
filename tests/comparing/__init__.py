"""Base against head."""
