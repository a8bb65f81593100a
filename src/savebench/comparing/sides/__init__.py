"""What is compared: a run or a foreign file, read and turned into its series."""
