"""Models of `visits`: what happened, who was there, how we know."""

from visits.models.access_request import AccessRequest
from visits.models.accounts import (
    Alias,
    Compartment,
    CompartmentMember,
    PublicationStamp,
    Redirect,
    User,
)
from visits.models.audit import AuditEntry, AuditKind, AuditSeal
from visits.models.base import Record, StaleVersion, Versioned
from visits.models.consent import Consent, ConsentUse
from visits.models.draft import Draft, Presence, SentForm
from visits.models.imports import ImportBatch, ImportMapping, ImportOutcome, ImportRow, ImportState
from visits.models.invitation import Invitation
from visits.models.mandates import Country, Mandate, MandateTerm, MandateTitle
from visits.models.meeting import Meeting, MeetingNote, Participant
from visits.models.merge import Merge, MergeKind
from visits.models.people import Office, Organisation, Person, PersonName
from visits.models.protected import ProtectedName
from visits.models.removal import RemovalRequest
from visits.models.report import Report, ReportKind, ReportState
from visits.models.source import Source, SourceRelay
from visits.models.token import ApiToken
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
    "AccessRequest",
    "Alias",
    "ApiToken",
    "AuditEntry",
    "AuditKind",
    "AuditSeal",
    "Compartment",
    "CompartmentMember",
    "Consent",
    "ConsentUse",
    "Country",
    "Deadline",
    "Draft",
    "ImportBatch",
    "ImportMapping",
    "ImportOutcome",
    "ImportRow",
    "ImportState",
    "Invitation",
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
    "ProtectedName",
    "PublicationStamp",
    "Record",
    "Redirect",
    "RemovalRequest",
    "Report",
    "ReportKind",
    "ReportState",
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
