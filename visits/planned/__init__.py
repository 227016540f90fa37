"""Planned meetings as a calendar (RFC 5545): read, compared with those of a visit, and written. Pure."""
