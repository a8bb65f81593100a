"""The environments of ``savebench ab``: asked for, found or installed, made ready to measure."""
