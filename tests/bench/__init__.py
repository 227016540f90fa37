"""Speed as a ratio to a floor measured in the same run: `make bench`. No test is timed."""
