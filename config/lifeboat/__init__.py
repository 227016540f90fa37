"""The public site as static files, which can be served anywhere or opened from a disk (docs/lifeboat.md)."""
