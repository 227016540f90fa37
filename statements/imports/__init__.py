"""Statements out of files: what a row says, what it means here, whether it may be written, and two ways to write it."""
