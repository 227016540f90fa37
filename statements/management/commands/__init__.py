"""Commands of `statements`, run by `manage.py`."""
