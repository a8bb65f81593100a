"""What a run says of folklore."""
