"""What is in a file or an object: read from its bytes, without loading it."""
