"""Check in a test that a model survives being saved: behind the fixture ``persistence``."""
