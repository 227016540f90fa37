"""Visits: what happened, who was there, and how we know."""
