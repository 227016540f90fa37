"""The words for what was said, as choices. Pure: rows hold the values, pages the labels."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Act(TextChoices):
    """What a speaker does by saying it."""

    ASSERTS = "asserts", _("asserts")
    DENIES = "denies", _("denies")
    ALLEGES = "alleges", _("alleges")
    ASKS = "asks", _("asks")
    ANSWERS = "answers", _("answers")
    CALLS_FOR = "calls_for", _("calls for")
    RECOMMENDS = "recommends", _("recommends")
    COMMITS = "commits", _("commits")
    REFUSES = "refuses", _("refuses")
    PRAISES = "praises", _("praises")
    WELCOMES = "welcomes", _("welcomes")
    CRITICISES = "criticises", _("criticises")
    VOICES_CONCERN = "voices_concern", _("voices concern")
    WARNS = "warns", _("warns")
    ANNOUNCES = "announces", _("announces")
    APOLOGISES = "apologises", _("apologises")
    AGREES = "agrees", _("agrees")
    PARTLY_AGREES = "partly_agrees", _("partly agrees")


# These acts answer something: they need a link to it or, where it has no record, `answers_text`.
ANSWERING_ACTS = frozenset({Act.DENIES, Act.AGREES, Act.PARTLY_AGREES})


class Mode(TextChoices):
    """How the source gives the words."""

    DIRECT = "direct", _("direct speech")
    INDIRECT = "indirect", _("indirect speech")
    MIXED = "mixed", _("partly quoted")
    SUMMARY = "summary", _("summary")


class Occasion(TextChoices):
    """Where it was said."""

    MEETING = "meeting", _("in a meeting")
    PRESS_CONFERENCE = "press_conference", _("at a press conference")
    INTERVIEW = "interview", _("in an interview")
    SOCIAL_POST = "social_post", _("in a social post")
    WRITTEN = "written_statement", _("in a written statement")
    REPORT = "report", _("in a report")
    COUNCIL = "council_session", _("at a Council session")
    LETTER = "letter", _("in a letter")
    OTHER = "other", _("on another occasion")


class TextKind(TextChoices):
    """Where the words of a version come from."""

    ORIGINAL = "original", _("original words")
    OFFICIAL = "official", _("official translation")
    PRESS = "press", _("translation of the press")
    OWN = "own", _("our translation")
    MACHINE = "machine", _("machine translation")
    EDITORS_WORDS = "editors_words", _("editor's words")


class CitationRole(TextChoices):
    PRIMARY = "primary", _("primary")
    CORROBORATES = "corroborates", _("corroborates")
    CONTRADICTS = "contradicts", _("contradicts")


class Verdict(TextChoices):
    """The verbatim check; it speaks of the words inside quotation marks only."""

    MATCH = "match", _("quoted words match")
    DIFFERS = "differs", _("quoted words differ")
    PARAPHRASE = "paraphrase", _("paraphrase")
    NOT_HELD = "not_held", _("text not held")


class Frequency(TextChoices):
    """How often a saved search sends what is new in it."""

    NONE = "none", _("no mail")
    DAILY = "daily", _("a mail every day")
    WEEKLY = "weekly", _("a mail every week")


class How(TextChoices):
    """How quoted words stand in the stored text; the names are those of `statements.capture.verbatim`."""

    EXACT = "exact", _("letter for letter")
    NORMALISED = "normalised", _("but for typography")
    ELLIPSIS = "ellipsis", _("with an ellipsis")
    INSERTION = "insertion", _("with bracketed words")
    PARAGRAPHS = "paragraphs", _("across paragraphs")
    DIFFERS = "differs", _("in other words")
    ABSENT = "absent", _("nowhere")


class LinkKind(TextChoices):
    """What one statement does to another."""

    REPLIES_TO = "replies_to", _("replies to")
    ANSWERS = "answers", _("answers")
    AGREES = "agrees", _("agrees with")
    PARTLY_AGREES = "partly_agrees", _("partly agrees with")
    DENIES = "denies", _("denies")
    CLARIFIES = "clarifies", _("clarifies")
    REPEATS = "repeats", _("repeats")
    SUPERSEDES = "supersedes", _("supersedes")
    CORRECTS = "corrects", _("corrects")
    RETRACTS = "retracts", _("retracts")
    DISOWNS = "disowns", _("disowns")
    FULFILS = "fulfils", _("fulfils")


# The same link read from its other end.
LINK_BACK = {
    LinkKind.REPLIES_TO: _("replied to by"),
    LinkKind.ANSWERS: _("answered by"),
    LinkKind.AGREES: _("agreed with by"),
    LinkKind.PARTLY_AGREES: _("partly agreed with by"),
    LinkKind.DENIES: _("denied by"),
    LinkKind.CLARIFIES: _("clarified by"),
    LinkKind.REPEATS: _("repeated by"),
    LinkKind.SUPERSEDES: _("superseded by"),
    LinkKind.CORRECTS: _("corrected by"),
    LinkKind.RETRACTS: _("retracted by"),
    LinkKind.DISOWNS: _("disowned by"),
    LinkKind.FULFILS: _("fulfilled by"),
}


class Standing(TextChoices):
    """What later statements made of one; derived from links, never typed in."""

    CURRENT = "current", _("current")
    CORRECTED = "corrected", _("corrected")
    RETRACTED = "retracted", _("retracted")
    DISOWNED = "disowned", _("disowned")
    DISPUTED = "disputed", _("disputed")


class CommitmentState(TextChoices):
    OPEN = "open", _("open")
    KEPT = "kept", _("kept")
    PARTLY = "partly", _("partly kept")
    MISSED = "missed", _("missed")
    UNCLEAR = "unclear", _("unclear")


class Decision(TextChoices):
    """What a reviewer decides of a statement."""

    PUBLISHED = "published", _("published")
    SENT_BACK = "sent_back", _("sent back")
    CHANGES = "changes", _("changes asked for")
