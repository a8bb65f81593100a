"""The machine that is measured on: what it is, what on it would disturb, and how noisy it is."""
