"""What happens inside the measured process."""
