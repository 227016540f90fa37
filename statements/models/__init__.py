"""Models of `statements`: what was said, about what, and the proof."""

from statements.models.capture import SetAside
from statements.models.position import Commitment, CommitmentEvidence, Position, PositionEvidence
from statements.models.proof import Attribution, Citation, Erratum, StatementLink, StatementText
from statements.models.review import Review, ReviewComment
from statements.models.saved_search import SavedSearch
from statements.models.search import NameWord, SearchEntry, SearchKind
from statements.models.statement import (
    Statement,
    StatementAddressee,
    StatementSpeaker,
    StatementTopic,
)
from statements.models.topic import MeetingTopic, Topic, TopicAlias

__all__ = [
    "Attribution",
    "Citation",
    "Commitment",
    "CommitmentEvidence",
    "Erratum",
    "MeetingTopic",
    "NameWord",
    "Position",
    "PositionEvidence",
    "Review",
    "ReviewComment",
    "SavedSearch",
    "SearchEntry",
    "SearchKind",
    "SetAside",
    "Statement",
    "StatementAddressee",
    "StatementLink",
    "StatementSpeaker",
    "StatementText",
    "StatementTopic",
    "Topic",
    "TopicAlias",
]
