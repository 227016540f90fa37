"""Counts that have to be reached: declared in figures.toml, recorded by tests, printed by `make audit`."""
