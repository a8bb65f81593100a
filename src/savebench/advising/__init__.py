"""Advise on one model: what was named, taken in, surveyed, and answered for a person's needs."""
