"""The two forms of the intake: what is handed in, and what is known of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from statements.intake import fetching
from statements.intake.extraction import extract
from statements.intake.failures import MAX_BYTES, MAX_CHARACTERS, IntakeError, Reason
from statements.intake.kinds import FileKind
from statements.intake.paragraphs import tidy
from statements.intake_words import words_of
from visits.choices import RelayKind, SourceKind, Visibility
from visits.languages import usual_tag
from visits.models import Source, User


class WebField(forms.URLField):
    """An address of the web; one without a scheme is one of https."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", **{"max_length": 600, **kwargs})


@dataclass(frozen=True, slots=True)
class Handed:
    """What was handed in and could be read: its bytes, and the facts that go on to the second form."""

    data: bytes
    text: str
    facts: dict[str, Any] = field(default_factory=dict)


class HandInForm(forms.Form):
    """The text in one of three ways, or the address to fetch it from; and of which kind the source is."""

    kind = forms.ChoiceField(label=_("Kind of source"), choices=SourceKind.choices, initial=SourceKind.NEWS)
    url = WebField(label=_("Address"), required=False, help_text=_("Where it was published, if anywhere."))
    text = forms.CharField(
        label=_("Paste the text"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Paragraphs are kept."),
    )  # fmt: skip
    html = forms.CharField(
        label=_("Paste HTML"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The source text of a page, with its tags."),
    )  # fmt: skip
    file = forms.FileField(
        label=_("Upload a file"), required=False, max_length=255, allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".pdf,.html,.htm,.txt,.docx,.eml,.mht,.mhtml"}),
        help_text=_("PDF, HTML, TXT, DOCX or EML, up to 25 MB."),
    )  # fmt: skip

    def __init__(self, *args: Any, fetching_asked: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.fetching_asked = fetching_asked and settings.ALLOW_FETCH

    def clean(self) -> dict[str, Any]:
        """Read what was handed in, into `handed`; whatever cannot be read is told beside the field it came in."""
        cleaned = super().clean() or {}
        given = [name for name in ("text", "html") if (cleaned.get(name) or "").strip()]
        given += ["file"] if cleaned.get("file") else []
        if self.errors:
            return cleaned
        if self.fetching_asked:
            given = ["url"]
        if len(given) != 1:
            raise ValidationError(_TOO_MANY if given else _NOTHING)
        try:
            cleaned["handed"] = self._read(given[0], cleaned)
        except IntakeError as error:
            self.add_error(given[0], words_of(error))
        return cleaned

    def _read(self, way: str, cleaned: dict[str, Any]) -> Handed:
        """Return what came in the field `way`; raise IntakeError."""
        url, more = cleaned.get("url") or "", dict[str, Any]()
        if way == "url":
            fetched = fetching.fetch(url)
            url, data = fetched.url, fetched.data
            more["declared"] = fetched.charset
        elif way == "file":
            upload = cleaned["file"]
            if upload.size > MAX_BYTES:
                raise IntakeError(Reason.OVERSIZED)
            data = upload.read()
            more["name"] = upload.name or ""
        else:
            # A browser sends line ends of its own: the same paste has to have the same SHA-256 everywhere.
            data = cleaned[way].replace("\r\n", "\n").encode()
            more["kind"] = FileKind.TEXT if way == "text" else FileKind.HTML
        found = extract(data, address=url, **more)
        facts = {
            "file_kind": found.kind,
            "name": more.get("name", ""),
            "declared": more.get("declared", ""),
            "address": url,
            "remarks": list(found.remarks),
            "suggestions": asdict(found.suggestions),
        }
        return Handed(data=data, text=found.text, facts=facts)


_TOO_MANY = _("Hand the text in one way only: paste it, paste its HTML, or upload its file.")
_NOTHING = _("Paste the text, paste its HTML, or upload its file.")


class CheckForm(forms.ModelForm):
    """What is known of a source, its text as it will be stored, and which other source it passes on."""

    anyway = forms.BooleanField(label=_("Store it as another source all the same"), required=False)
    relay_kind = forms.ChoiceField(label=_("It does so how"), choices=[("", "—"), *RelayKind.choices], required=False)
    relay_find = forms.CharField(label=_("Find the original"), max_length=200, required=False)
    relay_original = forms.ModelChoiceField(
        label=_("The original"), queryset=Source.objects.none(), to_field_name="public_id", required=False,
        error_messages={"invalid_choice": _("Choose an original from those found.")},
    )  # fmt: skip
    relay_title = forms.CharField(label=_("Title of an original that is not here yet"), max_length=300, required=False)
    relay_url = WebField(label=_("Its address"), required=False)
    relay_source_kind = forms.ChoiceField(
        label=_("Its kind"), choices=SourceKind.choices, initial=SourceKind.SOCIAL_POST, required=False
    )

    class Meta:
        model = Source
        fields = ["kind", "title", "publisher", "author", "published", "published_basis", "language", "url",
                  "archive_url", "accessed", "symbol", "visibility", "extracted_text"]  # fmt: skip
        field_classes = {"url": WebField, "archive_url": WebField}
        labels = {"extracted_text": _("Text as it will be stored"), "published": _("Published on"),
                  "published_basis": _("Its date is")}  # fmt: skip
        widgets = {
            "extracted_text": forms.Textarea(attrs={"rows": 24}),
            "accessed": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "visibility": forms.RadioSelect,
        }
        help_texts = {"language": _("A code such as en, fr or km."), "visibility": ""}

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.fields["visibility"].choices = VISIBILITY_CHOICES  # type: ignore[attr-defined]
        self.fields["extracted_text"].max_length = MAX_CHARACTERS  # type: ignore[attr-defined]
        self.fields["extracted_text"].required = True
        # The form is seen by one editor: what they may not see can be neither found nor named.
        self.fields["relay_original"].queryset = Source.objects.visible_to(by)  # type: ignore[attr-defined]

    def clean_extracted_text(self) -> str:
        """Return the text with the line ends and gaps of every stored text; it is broken nowhere else."""
        return tidy(self.cleaned_data["extracted_text"])

    def clean_language(self) -> str:
        """Return the code in its usual writing; refuse what is no code of a language."""
        return usual_tag(self.cleaned_data.get("language") or "")

    def clean(self) -> dict[str, Any]:
        """Check that an original is said with how it is passed on, and in one way."""
        cleaned = super().clean() or {}
        original, title = cleaned.get("relay_original"), (cleaned.get("relay_title") or "").strip()
        if original is not None and title:
            self.add_error("relay_title", _("Choose an original, or name a new one: not both."))
        if (original is not None or title) and not cleaned.get("relay_kind"):
            self.add_error("relay_kind", _("Say how it passes the original on."))
        if cleaned.get("relay_kind") and original is None and not title:
            self.add_error("relay_kind", _("Say which original it passes on."))
        if cleaned.get("relay_url") and not title:
            self.add_error("relay_title", _("Give the title too."))
        return cleaned

    def relays(self) -> list[tuple[Source, str]]:
        """Return the original with how it is passed on, where one was said; a new one is not opened by us."""
        found = self.cleaned_data
        original = found["relay_original"]
        if original is None and found["relay_title"].strip():
            original = Source(
                title=found["relay_title"].strip(),
                url=found["relay_url"],
                kind=found["relay_source_kind"] or SourceKind.OTHER,
                consulted=False,
            )
        return [(original, found["relay_kind"])] if original is not None else []


VISIBILITY_CHOICES = [
    ("", _("As is usual: submissions and recordings confidential, everything else internal")),
    (Visibility.PUBLIC.value, _("Public once published: it can be cited on public pages; text and file stay internal")),
    (Visibility.INTERNAL.value, _("Internal: seen by members, cited on no public page")),
    (Visibility.CONFIDENTIAL.value, _("Confidential: seen by those alone who are named in its compartment")),
]
