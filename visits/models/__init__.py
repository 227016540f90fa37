"""Models of `visits`: what happened, who was there, how we know."""

from visits.models.accounts import (
    Alias,
    Compartment,
    CompartmentMember,
    ImportBatch,
    PublicationStamp,
    Redirect,
    User,
)
from visits.models.base import Record, StaleVersion, Versioned
from visits.models.draft import Draft, Presence, SentForm
from visits.models.mandates import Country, Mandate, MandateTerm, MandateTitle
from visits.models.meeting import Meeting, MeetingNote, Participant
from visits.models.merge import Merge, MergeKind
from visits.models.people import Office, Organisation, Person, PersonName
from visits.models.removal import RemovalRequest
from visits.models.source import Source, SourceRelay
from visits.models.visit import (
    AccessNote,
    Deadline,
    Visit,
    VisitExpert,
    VisitExpertLeg,
    VisitLeg,
    VisitMandate,
    VisitStep,
)

__all__ = [
    "AccessNote",
    "Alias",
    "Compartment",
    "CompartmentMember",
    "Country",
    "Deadline",
    "Draft",
    "ImportBatch",
    "Mandate",
    "MandateTerm",
    "MandateTitle",
    "Meeting",
    "MeetingNote",
    "Merge",
    "MergeKind",
    "Office",
    "Organisation",
    "Participant",
    "Person",
    "PersonName",
    "Presence",
    "PublicationStamp",
    "Record",
    "Redirect",
    "RemovalRequest",
    "SentForm",
    "Source",
    "SourceRelay",
    "StaleVersion",
    "User",
    "Versioned",
    "Visit",
    "VisitExpert",
    "VisitExpertLeg",
    "VisitLeg",
    "VisitMandate",
    "VisitStep",
]
