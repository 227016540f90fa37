"""A record as large as one may become, of generated words: for measuring, never for reading."""
