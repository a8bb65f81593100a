"""Base and head measured side by side: the gate that may block."""
