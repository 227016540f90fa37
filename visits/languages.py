"""Codes of languages as BCP 47 writes them (RFC 5646): language, script, region, such as “fr”, “zh-Hant”, “es-419”.

Which subtags there are is taken from the CLDR, as babel carries it. Variants and private use are refused: nothing here
knows what they mean.
"""

from __future__ import annotations

import re
from functools import lru_cache

from babel import Locale
from babel.core import get_global
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_TAG = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|\d{3}))?", re.IGNORECASE)
# No language: “und” is what an empty field says.
_NONE = frozenset({"und", "zxx"})


@lru_cache(maxsize=1)
def _subtags() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return the languages, scripts and regions that are known."""
    english = Locale("en")
    languages = {*english.languages, *get_global("likely_subtags")} - _NONE
    return frozenset(languages), frozenset(english.scripts), frozenset(english.territories)


def usual_tag(code: str) -> str:
    """Return the tag in its usual writing, "" for none; raise ValidationError for what is no language."""
    code = code.strip()
    if not code:
        return ""
    found = _TAG.fullmatch(code)
    if found:
        language, script, region = found[1].lower(), (found[2] or "").title(), (found[3] or "").upper()
        languages, scripts, regions = _subtags()
        if language in languages and (not script or script in scripts) and (not region or region in regions):
            return "-".join(part for part in (language, script, region) if part)
    raise ValidationError(
        _("“%(code)s” is no code of a language: type one such as en, fr, km or zh-Hant.") % {"code": code}
    )
