"""The advice for one model: what it says, and how a terminal, a page and a notebook show it."""
