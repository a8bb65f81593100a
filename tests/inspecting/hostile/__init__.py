"""Files that mean harm, built by scripts: none is kept, and each only touches a marker file."""
