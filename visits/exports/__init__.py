"""Lists taken away as files: what each kind's columns are, how rows are read in chunks, how each format is written."""
