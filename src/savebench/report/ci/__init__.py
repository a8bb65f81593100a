"""Where CI looks: a comparison in the formats of those who read it. One file a format."""
