"""Many runs over time: trends, what changed and when, and which runs to keep."""
