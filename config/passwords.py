"""Passwords that somebody who knows this site would try first: words of the site and of its field, and a few signs."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# docs/accounts.md tells of them.
WORDS = (
    "visavis",
    "specialrapporteur",
    "rapporteur",
    "specialprocedures",
    "independentexpert",
    "workinggroup",
    "mandateholder",
    "mandate",
    "countryvisit",
    "mission",
    "statement",
    "humanrights",
    "unitednations",
    "ohchr",
    "geneva",
    "reviewer",
    "editor",
    "member",
    "reader",
    "admin",
    "password",
)
# So many letters and figures have to stand beside them.
LEFT = 8


class WordsOfTheSite:
    """Refuses a password of which little is left without the words of the site."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError where fewer than LEFT letters and figures stand beside WORDS."""
        plain = "".join(c for c in unicodedata.normalize("NFKD", password).casefold() if c.isalnum())
        left = re.sub("|".join(sorted(WORDS, key=len, reverse=True)), "", plain)
        if len(left) < LEFT and left != plain:
            raise ValidationError(
                _("It is hardly more than words of this site: choose others."), code="password_of_the_site"
            )

    def get_help_text(self) -> str:
        """Return what is asked of a password."""
        return _("Beside words of this site, such as “rapporteur”, it needs %(n)d letters or figures.") % {"n": LEFT}
