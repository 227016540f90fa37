"""Who acts in a command on meetings, and on which visit."""

from django.core.management.base import CommandError

from visits.models import User, Visit


def acting(username: str) -> User:
    """Return the active account of this name."""
    found = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise CommandError(f"There is no account {username}.")
    return found


def visit_of(slug: str, by: User) -> Visit:
    """Return the visit of this slug, if the account may see it."""
    found: Visit | None = Visit.objects.visible_to(by).filter(slug=slug).first()
    if found is None:
        raise CommandError(f"There is no visit {slug}.")
    return found
