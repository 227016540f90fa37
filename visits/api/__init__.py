"""The API (`/api/v1/`): the record for programs, read through the same gates and written through the same actions."""
