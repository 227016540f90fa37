"""Who speaks in a form of capture, alone or jointly: what was typed and chosen, resolved to rows. Nothing is written.

Names are typed, not chosen by key: a name that the editor may not see is as unknown as one that nobody has. What the
editor chose of a name (somebody known, somebody new, a label) is what is entered. A choice that was only offered, for
another name, is asked about once where the name typed since is that of somebody known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from statements.capture_known import NOT_ATTRIBUTED, Known, Post, Who
from visits.choices import COLUMN_SHAPES, Side, column_of
from visits.folding import fold
from visits.models import Organisation
from visits.partial_dates import parse

SPEAKER_IS = (
    ("", _("somebody known already")),
    ("person", _("a new person")),
    ("organisation", _("a new organisation")),
    ("label", _("not named: a label")),
)
# What ends the names of the fields of the first speaker and of those who speak jointly with them.
JOINT = ("2", "3")
_QUOTED = (("“", "”"), ('"', '"'), ("«", "»"), ("‘", "’"), ("'", "'"))
LONGEST_LABEL = 160


def sides() -> list[tuple[str, Any]]:
    """Return the sides grouped by column, each column with its shape."""
    grouped: dict[Any, list[tuple[str, Any]]] = {}
    for side in Side:
        column = column_of(side)
        grouped.setdefault(str(column.label), []).append((side.value, f"{COLUMN_SHAPES[column]} {side.label}"))
    return [("", _("as the office says")), *grouped.items()]


@dataclass(frozen=True, slots=True)
class Named:
    """A voice of the form: a known one, or words for a new one or a label."""

    who: Who | None
    text: str
    new: str = ""  # person, organisation; "" with no `who`: a label


@dataclass(slots=True)
class Spoken:
    """One of the speakers, with what they were on that day: a known office, or the words for a new one."""

    named: Named
    side: str
    post: Post | None = None
    office: str = ""
    office_of: Organisation | str = ""
    private: bool = False
    attribution: str = ""


def text_field(label: Any, length: int, *, required: bool = False, names: str = "", hint: Any = "") -> forms.CharField:
    """Return a field of one line; `names` is the list on the page that it offers."""
    attrs = {"autocomplete": "off", **({"list": names} if names else {})}
    widget = forms.TextInput(attrs=attrs)
    return forms.CharField(label=label, max_length=length, required=required, widget=widget, help_text=hint)


def hidden_field() -> forms.CharField:
    """Return a field that the form brings back as it was given out."""
    return forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)


def _choice(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=SPEAKER_IS, required=False)


class SpeakersForm(forms.Form):
    """The fields of up to three speakers. `known` is what the editor may name."""

    # Voices that are only mentioned: known by their name, or words.
    MENTIONED: tuple[str, ...] = ()

    speaker = text_field(_("Speaker"), 200, required=True, names="known-voices")
    speaker_is = _choice(_("The speaker is"))
    office = text_field(_("Office on that day"), 200, names="known-offices")
    side = forms.ChoiceField(label=_("Column"), required=False, choices=sides)
    speaker2 = text_field(_("Jointly with"), 200, names="known-voices")
    speaker_is2 = _choice(_("who is"))
    office2 = text_field(_("Their office"), 200, hint=_("Empty: what is known of that day."))
    side2 = forms.ChoiceField(label=_("Their column"), required=False, choices=sides)
    speaker3 = text_field(_("and with"), 200, names="known-voices")
    speaker_is3 = _choice(_("who is"))
    office3 = text_field(_("Their office"), 200, hint=_("Empty: what is known of that day."))
    side3 = forms.ChoiceField(label=_("Their column"), required=False, choices=sides)
    attribution = text_field(_("Speaker as printed"), 200)
    private = forms.BooleanField(label=_("a private individual"), required=False)
    office_of = text_field(_("New office in the organisation"), 250, names="known-organisations")
    # What was offered: what follows from the speaker is found anew where only the speaker was changed.
    offered_speaker, offered_office, offered_side = hidden_field(), hidden_field(), hidden_field()
    offered_speaker_is, offered_speaker_is2, offered_speaker_is3 = hidden_field(), hidden_field(), hidden_field()
    # The name about which the page asked whether somebody known is meant.
    asked_speaker, asked_speaker2, asked_speaker3 = hidden_field(), hidden_field(), hidden_field()

    def __init__(self, *args: Any, known: Known, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known

    @cached_property
    def means(self) -> dict[str, str]:
        """Whom each field names in which the name of one known voice stands, by the name of the field."""
        named = [("speaker", "speaker_is"), *((f"speaker{end}", f"speaker_is{end}") for end in JOINT)]
        found = {name: str(self[name].value() or "") for name, choice in named if not self[choice].value()}
        found |= {
            name: str(self[name].value() or "") for name in self.MENTIONED if _unquoted(self[name].value()) is None
        }
        voices = {name: self.known.named(text) for name, text in found.items() if text.strip()}
        return {name: self.known.described(rows[0]) for name, rows in voices.items() if len(rows) == 1}

    def read_speakers(self, data: Mapping[str, Any]) -> list[Spoken]:
        """Return the speakers in order; whatever is unknown, unclear or missing is told beside its field."""
        found = [self._first(data)]
        for end in JOINT:
            if data[f"speaker{end}"]:
                found.append(self._joint(end, data))
        seen: set[Any] = set()
        for end, spoken in zip(("", *JOINT), found, strict=False):
            key = spoken.named.who.key if spoken.named.who else fold(spoken.named.text)
            if key in seen:
                self.add_error(f"speaker{end}", _("This speaker is named already."))
            seen.add(key)
        return found

    def mentioned(self, name: str, text: str) -> Named:
        """Return who is named in the field `name`: somebody known, or a label; in quotation marks always a label."""
        label = _unquoted(text)
        found = self.known.named(text) if label is None else []
        if len(found) == 1:
            return Named(found[0], text)
        if found:
            self._several(name, found)
        return self._label(name, text if label is None else label)

    def organisation(self, name: str, text: str) -> Organisation | str:
        """Return the known organisation of that name, or the words for a new one."""
        found = [who for who in self.known.named(text) if who.kind == "organisation"] if text else []
        if len(found) > 1:
            self._several(name, found)
        return found[0].row if len(found) == 1 else text.strip()

    def _voice(self, end: str, data: Mapping[str, Any]) -> Named:
        """Return who is named as a speaker, being what the editor chose."""
        name, is_name = f"speaker{end}", f"speaker_is{end}"
        text, choice = data[name], data[is_name]
        if fold(text) == fold(NOT_ATTRIBUTED):
            return Named(None, text.strip())
        found = self.known.named(text)
        if choice:
            if found and choice == data[f"offered_speaker_is{end}"] and data[f"asked_speaker{end}"] != text:
                self._ask(name, is_name, text, found)
            return self._label(name, text) if choice == "label" else Named(None, text.strip(), choice)
        if len(found) == 1:
            return Named(found[0], text)
        if found:
            self._several(name, found)
        else:
            self.add_error(name, _("Nobody of this name is known: correct it, or say who this is."))
            self.add_error(is_name, _("Say whether this is a new person, a new organisation or a label."))
        return Named(None, text.strip())

    def _label(self, name: str, text: str) -> Named:
        if len(text) > LONGEST_LABEL:
            self.add_error(name, _("A label has at most 160 characters."))
        return Named(None, text.strip())

    def _several(self, name: str, found: list[Who]) -> None:
        several = " · ".join(f"{who.row.name} [{who.row.slug}]" for who in found)
        self.add_error(name, _("Several have this name: %(names)s") % {"names": several})

    def _ask(self, name: str, is_name: str, text: str, found: list[Who]) -> None:
        """Ask whether somebody known is meant; whoever sends the same again has answered."""
        told = _(
            "This name is known: %(names)s."
            " Choose “%(known)s” if that is who speaks, or save again as it is chosen here."
        )
        names = " · ".join(self.known.described(who) for who in found)
        self.add_error(is_name, told % {"names": names, "known": SPEAKER_IS[0][1]})
        self.data = cast(Any, self.data).copy()
        cast(Any, self.data)[f"asked_{name}"] = text

    def _first(self, data: Mapping[str, Any]) -> Spoken:
        """Return the first speaker with office and side as typed, or of the day where only the speaker was changed."""
        named = self._voice("", data)
        changed = data["speaker"] != data["offered_speaker"] and data["offered_speaker"]
        office, side = data["office"], data["side"]
        if changed and office == data["offered_office"]:
            office = self._office_on(named, data)
        if changed and side == data["offered_side"]:
            side = ""
        spoken = Spoken(named, side, private=data["private"], attribution=data["attribution"])
        return self._placed(spoken, office, data["office_of"], "")

    def _joint(self, end: str, data: Mapping[str, Any]) -> Spoken:
        """Return one who speaks jointly with the first; without a word of their office it is that of the day."""
        named = self._voice(end, data)
        office = data[f"office{end}"] or self._office_on(named, data)
        return self._placed(Spoken(named, data[f"side{end}"]), office, "", end)

    def _office_on(self, named: Named, data: Mapping[str, Any]) -> str:
        post = self.known.post_on(named.who, parse(data["date"]) if data["date"] else None)
        return post.label if post else ""

    def _placed(self, spoken: Spoken, office: str, office_of: str, end: str) -> Spoken:
        """Return the speaker with the office, known or new, and the side that follows from it."""
        named, who = spoken.named, spoken.named.who
        posts = self.known.posts(who)
        spoken.post = next((post for post in posts if fold(post.label) == fold(office)), None) if office else None
        if office and spoken.post is None:
            if (who is not None and who.kind == "person") or named.new == "person":
                spoken.office = office
                spoken.office_of = self.organisation("office_of", office_of)
            elif not spoken.attribution:
                spoken.attribution = office[:200]
        if not spoken.side and spoken.post is not None:
            spoken.side = spoken.post.side
        if not spoken.side and who is not None and who.kind != "person":
            spoken.side = who.row.side if who.kind == "organisation" else Side.MANDATE_HOLDER
        if not spoken.side and who is None and not named.new and fold(named.text) == fold(NOT_ATTRIBUTED):
            spoken.side = Side.MEDIA
        if not spoken.side:
            self.add_error(f"side{end}", say("Say in which column this speaker stands."))
        return spoken


def _unquoted(text: Any) -> str | None:
    """Return the words inside the quotation marks around `text`; None where it stands in none."""
    words = str(text or "").strip()
    for first, last in _QUOTED:
        if len(words) > 2 and words.startswith(first) and words.endswith(last):
            return words[1:-1].strip() or None
    return None
