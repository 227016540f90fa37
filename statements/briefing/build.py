"""One description of a briefing out of what was read: every writer prints this, and nothing else."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from statements.briefing.board import board_of, column_words, compared_tables, visit_words, visits_table
from statements.briefing.chapters import Chapters
from statements.briefing.notes import day
from statements.briefing.reading import TooMuchError
from statements.briefing.tree import Block, Briefing, Facts, Heading, Paragraph, Runs, Table, parted, run, runs
from visits.signs import readable
from visits.templatetags.record import language_name

if TYPE_CHECKING:
    from statements.briefing.options import Options
    from statements.briefing.reading import Material, Told
    from statements.briefing.subjects import Subject
    from visits.models import Visit

Groups = list[tuple["Visit | None", list["Told"]]]
# Some hundred and forty pages: the words of one statement can be a whole speech.
MOST_CHARACTERS = 250_000


def build(subject: Subject, options: Options, found: Material, *, site: str, address: str) -> Briefing:
    """Return the briefing on `subject`; `address` is the path at which these options are chosen.

    Raise TooMuchError where its words are more than a briefing holds.
    """
    today, language = timezone.now().date(), get_language() or settings.LANGUAGE_CODE
    title = readable(gettext("Briefing: %(what)s") % {"what": subject.title})
    groups = groups_of(found)
    chapters = Chapters(options, found, site)
    blocks: list[Block] = [Heading(1, runs(title))]
    if options.internal:
        warning = gettext("Internal: this holds what only members of the record may see. It is not for publication.")
        blocks.append(Paragraph(runs(run(warning, style="strong")), "warning"))
    blocks.append(Facts(_about(subject, options, found, groups, site=site, address=address)))
    blocks += [Heading(2, runs(gettext("Positions"))), *_positions(subject, options, found, groups)]
    blocks += chapters.statements(groups, one_visit=subject.sheet is not None)
    blocks += [*chapters.commitments(), *chapters.guarantees(), *chapters.meetings(), *chapters.withdrawn()]
    blocks += [*chapters.internal_notes(), Heading(2, runs(gettext("Sources")))]
    told = gettext("Each note tells the source, where it stands, and which version of the statement was read.")
    blocks.append(Paragraph(runs(told if chapters.notes else gettext("No source is cited.")), "small"))
    made = Briefing(
        title=title,
        language=language,
        paper=options.paper,
        made=today,
        header=gettext("Vis-à-vis, internal, not for publication") if options.internal else "Vis-à-vis",
        page_word=gettext("Page"),
        blocks=tuple(blocks),
        notes=tuple(chapters.notes),
    )
    if made.length() > MOST_CHARACTERS:
        raise TooMuchError
    return made


def groups_of(found: Material) -> Groups:
    """Return the statements by visit, in the order in which they were read."""
    grouped = groupby(found.told, key=lambda told: told.visit.pk if told.visit else None)
    lists = [list(told) for _visit, told in grouped]
    return [(told[0].visit, told) for told in lists]


def _about(
    subject: Subject, options: Options, found: Material, groups: Groups, *, site: str, address: str
) -> tuple[tuple[str, Runs], ...]:
    """Return what the briefing is about, what was chosen, and when and where it was made."""
    rows = [
        (fact.name, parted([runs(run(words, href=site + path if path else "")) for words, path in fact.links]))
        for fact in subject.facts
    ]
    number = len(found.told)
    counted = ngettext("%(n)d statement", "%(n)d statements", number) % {"n": number}
    visits = sum(visit is not None for visit, _told in groups)
    if subject.sheet is None and visits:
        counted += ", " + ngettext("%(n)d visit", "%(n)d visits", visits) % {"n": visits}
    rows += [
        (gettext("Holds"), runs(counted)),
        (gettext("Columns"), runs(", ".join(map(column_words, options.shown_columns)))),
        (gettext("Topics"), runs(_topics(subject, options, found))),
        (gettext("Words in"), runs(_languages(options))),
    ]
    if subject.chooses_years and (options.since or options.until):
        rows.append((gettext("Years"), runs(f"{options.since or '…'} – {options.until or '…'}")))
    page, made = site + subject.path, site + address
    rows += [
        (gettext("As of"), runs(day(timezone.now().date()), " (UTC)")),
        (gettext("Page"), runs(run(page, href=page))),
        (gettext("Made at"), runs(run(made, href=made))),
    ]
    if settings.DATA_LICENCE and not options.internal:
        rows.append((gettext("Licence"), runs(settings.DATA_LICENCE)))
    return tuple(rows)


def _topics(subject: Subject, options: Options, found: Material) -> str:
    """Return the topics chosen by name; one on which this reader sees nothing has none."""
    if subject.topic is not None:
        return str(subject.topic.name)
    if not options.topics:
        return gettext("all")
    names = {slug: name for told in found.told for slug, name in told.card.topics}
    names |= {row.topic.slug: row.topic.name for row in found.positions}
    known = sorted(names[slug] for slug in options.topics if slug in names)
    return ", ".join(known) or gettext("none of those chosen is recorded")


def _languages(options: Options) -> str:
    if not options.languages:
        return gettext("the version that the record prefers")
    names = ", ".join(language_name(code) for code in options.languages)
    return gettext("%(languages)s; where there is none, the version that the record prefers") % {"languages": names}


def _positions(subject: Subject, options: Options, found: Material, groups: Groups) -> list[Block]:
    """Return the tables of positions."""
    tables: list[Table | None] = []
    if found.lines:
        tables += compared_tables(found, options)
    elif subject.topic is not None:
        tables.append(visits_table(groups, found.positions, options, subject.topic.name))
    else:
        given: Groups = groups or ([(subject.sheet.visit, [])] if subject.sheet else [])
        for visit, told in given:
            mine = [row for row in found.positions if visit is not None and row.visit_id == visit.pk]
            caption = "".join(one.text for one in visit_words(visit))
            tables.append(board_of(told, mine, options, caption))
    blocks: list[Block] = [table for table in tables if table is not None]
    if not blocks:
        return [Paragraph(runs(gettext("No statement is recorded that fits.")))]
    words = gettext(
        "Each cell tells every act with its count, and where the statements stand. “None recorded” is no stance. "
        "No score is computed."
    )
    return [Paragraph(runs(words), "small"), *blocks]
