"""Statements: what was said, about what, and the proof."""
