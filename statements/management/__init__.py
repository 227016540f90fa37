"""Commands of `statements`."""
