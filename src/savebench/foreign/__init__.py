"""Files of other tools: their layout, and how they are read."""
