"""Briefings: the page on which what they hold is chosen, and the briefing to print, as PDF and for Word."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from config.public import public_page
from statements.briefing import pdf
from statements.briefing.answers import FORMS, BusyError, address_of, answer
from statements.briefing.build import MOST_CHARACTERS
from statements.briefing.choices import choices_of
from statements.briefing.options import Options, may_ask_for_internal, misread, options_of, reader_of
from statements.briefing.reading import MOST_STATEMENTS, TooMuchError
from statements.briefing.subjects import (
    Finder,
    NotRecordedError,
    Subject,
    comparison_subject,
    country_subject,
    topic_subject,
    unmet,
    visit_subject,
)
from visits.exports.answers import refusal
from visits.narrowing import astray, in_few


@public_page
def visit_briefing(request: HttpRequest, slug: str) -> HttpResponse:
    """What a briefing on a visit is to hold."""
    return _choose(request, visit_subject(slug))


@public_page
def visit_briefing_file(request: HttpRequest, slug: str, into: str) -> HttpResponseBase:
    """A briefing on a visit."""
    return _made(request, visit_subject(slug), into)


@public_page
def country_briefing(request: HttpRequest, iso3: str) -> HttpResponse:
    """What a briefing on a country is to hold."""
    return _choose(request, country_subject(iso3))


@public_page
def country_briefing_file(request: HttpRequest, iso3: str, into: str) -> HttpResponseBase:
    """A briefing on a country."""
    return _made(request, country_subject(iso3), into)


@public_page
def topic_briefing(request: HttpRequest, slug: str) -> HttpResponse:
    """What a briefing on a topic is to hold."""
    return _choose(request, topic_subject(slug))


@public_page
def topic_briefing_file(request: HttpRequest, slug: str, into: str) -> HttpResponseBase:
    """A briefing on a topic."""
    return _made(request, topic_subject(slug), into)


@public_page
def comparison_briefing(request: HttpRequest) -> HttpResponse:
    """What a briefing on a comparison is to hold; where none is chosen, the page on which one is."""
    try:
        return _choose(request, comparison_subject(request.GET))
    except Http404:
        query = request.META.get("QUERY_STRING", "")
        return HttpResponseRedirect(reverse("comparison") + (f"?{query}" if query else ""))


@public_page
def comparison_briefing_file(request: HttpRequest, into: str) -> HttpResponseBase:
    """A briefing on a comparison."""
    try:
        return _made(request, comparison_subject(request.GET), into)
    except NotRecordedError as error:
        # Without a subject there is no page of options.
        return refusal(request, error.told)


def _fitting(subject: Subject, options: Options) -> Options:
    """Return the options without what this subject does not offer."""
    if not subject.chooses_topics:
        options = replace(options, topics=())
    return options if subject.chooses_years else replace(options, since="", until="")


def _made(request: HttpRequest, finder: Finder, form: str) -> HttpResponseBase:
    """Return the briefing in a form, or the page of options with why it cannot be had.

    The page leaves aside what it does not understand; on paper nobody would see that something was.
    """
    options = options_of(request.GET, request.user)
    reader = reader_of(options)
    subject = finder(reader)
    options = _fitting(subject, options)
    wrong = [*misread(request.GET), *astray(request.GET, subject.names, several=subject.several)]
    if wrong := wrong or unmet(subject, options, reader):
        return _choose(request, finder, told=in_few(wrong), status=400)
    try:
        return answer(request, subject, options, reader, form)
    except TooMuchError:
        words = gettext(
            "So much fits that a briefing does not hold it: at most %(most)d statements, and %(signs)s characters in "
            "all. Choose fewer columns, topics or years."
        )
        most = {"most": MOST_STATEMENTS, "signs": f"{MOST_CHARACTERS:,}"}
        return _choose(request, finder, told=words % most, status=400)
    except BusyError:
        words = gettext("Another file is being made just now. Try again in a moment, or take the page to print.")
        busy = _choose(request, finder, told=words, status=503)
        busy.headers["Retry-After"] = "5"
        return busy
    except pdf.NoPangoError:
        context = {"packages": pdf.PACKAGES, "others": _files(subject, options, without="pdf")}
        return render(request, "statements/briefing_no_pdf.html", context, status=503)


def _files(subject: Subject, options: Options, without: str = "") -> list[tuple[str, str]]:
    return [(str(label), address_of(subject, options, form)) for form, label in FORMS.items() if form != without]


def _choose(request: HttpRequest, finder: Finder, told: str = "", status: int = 200) -> HttpResponse:
    """Return the page of options. It offers what its reader may see, which may be more than the briefing holds."""
    options, may = options_of(request.GET, request.user), may_ask_for_internal(request.user)
    widest = replace(options, internal=may)
    subject = finder(reader_of(widest))
    options = _fitting(subject, options)
    context: dict[str, Any] = {
        "subject": subject,
        "options": options,
        "may_be_internal": may,
        # What is not public has no briefing without what members alone may see.
        "only_internal": may and not _is_public(finder),
        "told": told or in_few(misread(request.GET)),
        "buttons": [(label, address_of(replace(subject, kept=()), Options(), form)) for form, label in FORMS.items()],
        "most": MOST_STATEMENTS,
        **choices_of(subject, options, reader_of(widest)),
    }
    return render(request, "statements/briefing_options.html", context, status=status)


def _is_public(finder: Finder) -> bool:
    try:
        finder(reader_of(Options()))
    except Http404:
        return False
    return True
