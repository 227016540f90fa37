"""Lists taken in: how files are read, what each kind's columns are, what a row names, what it would change."""
