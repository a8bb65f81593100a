"""What a run leaves behind: its schema, its metrics, its folder, its values as series."""
