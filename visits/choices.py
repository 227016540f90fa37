"""The words of the field, as choices that both apps share. Pure: rows hold the values, pages the labels."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Workflow(TextChoices):
    """How far a record has come. Removed answers like a row that never existed."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")
    REMOVED = "removed", _("removed")


class Visibility(TextChoices):
    """Who may see a record, apart from how far it has come."""

    PUBLIC = "public", _("public")
    INTERNAL = "internal", _("internal")
    CONFIDENTIAL = "confidential", _("confidential")


class Column(TextChoices):
    """The four columns of every screen; each has a shape beside its colour."""

    STATE = "state", _("State")
    HOLDER = "holder", _("Mandate holder")
    CIVIL = "civil", _("Civil society")
    OTHERS = "others", _("Others")


COLUMN_SHAPES = {Column.STATE: "■", Column.HOLDER: "◆", Column.CIVIL: "●", Column.OTHERS: "○"}


class Side(TextChoices):
    """The side of an office or organisation on a day. An academic is never civil society."""

    GOVERNMENT = "government", _("government")
    LEGISLATURE = "legislature", _("legislature")
    JUDICIARY = "judiciary", _("judiciary")
    MANDATE_HOLDER = "mandate_holder", _("mandate holder")
    OTHER_UN = "other_un", _("other UN")
    CIVIL_SOCIETY = "civil_society", _("civil society")
    AFFECTED = "affected", _("affected people")
    ACADEMIA = "academia", _("academia")
    NHRI = "nhri", _("NHRI")
    OPPOSITION = "opposition", _("opposition")
    RULING_PARTY = "ruling_party", _("ruling party")
    OTHER_PARTY = "other_party", _("other party")
    DE_FACTO = "de_facto", _("de facto authorities")
    OTHER_STATE = "other_state", _("other State")
    MEDIA = "media", _("media")
    PRIVATE_SECTOR = "private_sector", _("private sector")
    OTHER = "other", _("other")


SIDE_COLUMN = {
    Side.GOVERNMENT: Column.STATE,
    Side.LEGISLATURE: Column.STATE,
    Side.JUDICIARY: Column.STATE,
    Side.MANDATE_HOLDER: Column.HOLDER,
    Side.OTHER_UN: Column.HOLDER,
    Side.CIVIL_SOCIETY: Column.CIVIL,
    Side.AFFECTED: Column.CIVIL,
}


def column_of(side: str) -> Column:
    """Return the column in which a side stands; whatever is in no other column is Others."""
    return SIDE_COLUMN.get(Side(side), Column.OTHERS)


class DateBasis(TextChoices):
    """What a date rests on."""

    STATED = "stated", _("stated")
    INFERRED = "inferred", _("inferred")
    PUBLICATION = "publication", _("on or before publication")


class MandateKind(TextChoices):
    THEMATIC = "thematic", _("thematic")
    COUNTRY = "country", _("country")


class HolderKind(TextChoices):
    SR = "SR", _("Special Rapporteur")
    IE = "IE", _("Independent Expert")
    WG = "WG", _("Working Group")
    REP = "REP", _("Special Representative")


class VisitKind(TextChoices):
    OFFICIAL = "official", _("official")
    UNOFFICIAL = "unofficial", _("unofficial")
    FOLLOW_UP = "follow_up", _("follow-up")
    URGENT = "urgent", _("urgent")
    VIRTUAL = "virtual", _("virtual")


class VisitStatus(TextChoices):
    """Derived from the steps by lifecycle.derive_status; never typed in."""

    UNKNOWN = "unknown", _("no step recorded")
    REQUESTED = "requested", _("requested")
    INVITED = "invited", _("invited")
    ACCEPTED = "accepted", _("accepted")
    DATES_AGREED = "dates_agreed", _("dates agreed")
    ANNOUNCED = "announced", _("announced")
    SUSPENDED = "suspended", _("suspended")
    COMPLETED = "completed", _("completed")
    REPORTED = "reported", _("reported")
    POSTPONED = "postponed", _("postponed")
    CANCELLED = "cancelled", _("cancelled")
    DECLINED = "declined", _("declined")


class DatesKind(TextChoices):
    """What a visit's derived dates are."""

    NONE = "none", _("no dates recorded")
    ACTUAL = "actual", _("held")
    PLANNED = "planned", _("planned")
    START_ONLY = "start_only", _("only the start is known")
    END_ONLY = "end_only", _("only the end is known")


class StepKind(TextChoices):
    REQUESTED = "requested", _("requested")
    REMINDER = "reminder", _("reminder")
    INVITED = "invited", _("invited")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    ACCEPTED = "accepted", _("accepted")
    DATES_PROPOSED = "dates_proposed", _("dates proposed")
    DATES_AGREED = "dates_agreed", _("dates agreed")
    DECLINED = "declined", _("declined")
    ANNOUNCED = "announced", _("announced")
    POSTPONED = "postponed", _("postponed")
    RESUMED = "resumed", _("resumed")
    SUSPENDED = "suspended", _("suspended")
    CANCELLED = "cancelled", _("cancelled")
    STARTED = "started", _("started")
    PRESS_CONFERENCE = "press_conference", _("press conference")
    END_OF_MISSION = "end_of_mission_statement", _("end-of-mission statement")
    ENDED = "ended", _("ended")
    STATE_REPLY = "state_reply", _("State reply")
    REPORT = "report", _("report")
    STATE_COMMENTS = "state_comments", _("comments by the State")
    INTERACTIVE_DIALOGUE = "interactive_dialogue", _("interactive dialogue")
    FOLLOW_UP = "follow_up", _("follow-up")


class StepActor(TextChoices):
    STATE = "state", _("State")
    HOLDER = "holder", _("mandate holder")
    OHCHR = "ohchr", _("OHCHR")


class Guarantee(TextChoices):
    """The guarantees of the terms of reference for country visits."""

    MOVEMENT = "movement", _("freedom of movement")
    INQUIRY = "inquiry", _("freedom of inquiry")
    NO_REPRISALS = "no_reprisals", _("no reprisals")
    SECURITY = "security", _("security")


class GuaranteeKept(TextChoices):
    KEPT = "kept", _("kept")
    REFUSED = "refused", _("refused")
    UNCLEAR = "unclear", _("unclear")


class MeetingKind(TextChoices):
    OFFICIAL = "official_meeting", _("official meeting")
    COURTESY = "courtesy_call", _("courtesy call")
    CONSULTATION = "consultation", _("consultation")
    SITE_VISIT = "site_visit", _("site visit")
    DETENTION = "place_of_detention", _("place of detention")
    PRESS = "press_conference", _("press conference")
    OTHER = "other", _("other meeting")


class MeetingFormat(TextChoices):
    IN_PERSON = "in_person", _("in person")
    ONLINE = "online", _("online")
    HYBRID = "hybrid", _("hybrid")
    UNKNOWN = "unknown", _("format not recorded")


class Openness(TextChoices):
    PUBLIC = "public", _("open to the public")
    CLOSED = "closed", _("behind closed doors")
    UNKNOWN = "unknown", _("openness not recorded")


class MeetingStatus(TextChoices):
    PLANNED = "planned", _("planned")
    HELD = "held", _("held")
    POSTPONED = "postponed", _("postponed")
    CANCELLED = "cancelled", _("cancelled")
    REFUSED = "refused", _("refused")


class PartOfDay(TextChoices):
    MORNING = "morning", _("morning")
    AFTERNOON = "afternoon", _("afternoon")
    EVENING = "evening", _("evening")
    UNKNOWN = "", _("time not recorded")


class Account(TextChoices):
    """Whose account of a meeting the record rests on."""

    STATE = "state", _("the State's")
    HOLDER = "holder", _("the mandate holder's")
    CIVIL = "civil", _("civil society's")
    OTHERS = "others", _("another side's")
    BOTH = "both", _("both sides'")
    PUBLIC = "public_record", _("public record")


ONE_SIDED_ACCOUNTS = frozenset({Account.STATE, Account.HOLDER, Account.CIVIL, Account.OTHERS})


class PublishedAs(TextChoices):
    """In which form the public learns of a meeting."""

    FULL = "full", _("in full")
    COUNT = "count", _("as a count")
    NOT = "not", _("not at all")


class SmallestCount(IntegerChoices):
    """No count of closed meetings below this is published: a small one names people."""

    FIVE = 5


class SourceKind(TextChoices):
    NEWS = "news", _("news")
    OPINION = "opinion", _("opinion")
    SOCIAL_POST = "social_post", _("social post")
    PRESS_RELEASE = "press_release", _("press release")
    END_OF_MISSION = "end_of_mission_statement", _("end-of-mission statement")
    REPORT = "report", _("report")
    STATE_REPLY = "state_reply", _("State reply")
    STATE_COMMENTS = "state_comments", _("comments by the State")
    NGO_SUBMISSION = "ngo_submission", _("NGO submission")
    NGO_STATEMENT = "ngo_statement", _("NGO statement")
    RECORDING = "recording", _("recording")
    WEB_PAGE = "web_page", _("web page")
    LAW = "law", _("law")
    OTHER = "other", _("other")


# What was handed over or recorded in confidence, unless somebody says otherwise (design, rule 3).
CONFIDENTIAL_SOURCES = frozenset({SourceKind.NGO_SUBMISSION, SourceKind.RECORDING})


class RelayKind(TextChoices):
    RELAYS = "relays", _("relays")
    REPUBLISHES = "republishes", _("republishes")
    TRANSLATES = "translates", _("translates")
    EXCERPTS = "excerpts", _("excerpts")


class NameKind(TextChoices):
    FULL = "full", _("full")
    SHORT = "short", _("short")
    AS_PRINTED = "as_printed", _("as printed")
