"""How fresh processes come to be."""
