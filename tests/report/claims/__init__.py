"""How the verdicts on folklore are shown."""
