"""Backups: the database and the stored files as of one moment, encrypted, checked, pruned, and put back."""
