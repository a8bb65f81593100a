"""What a run says of folklore: a table for the terminal, a page, and rows for scripts."""
