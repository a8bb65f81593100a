"""What to save: one file a family, each a short table of recipes."""
