"""How accounts come to be: by invitation only."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):
    """No open sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: accounts are made by an admin."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Return whether `url` may be led to; an address that cannot be read is not safe."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False
