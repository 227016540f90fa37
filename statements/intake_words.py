"""What the person reads where a source is not taken in and what they can do then, and what to know where it is."""

from django.utils.translation import gettext_lazy as _

from statements.intake.facts import Remark
from statements.intake.failures import IntakeError, Reason
from statements.intake.kinds import FileKind

_REASONS = {
    Reason.EMPTY: _("This is empty. Choose the file again, or paste its text."),
    Reason.NO_TEXT: _(
        "There is no text in it: it may be a scan, or a page that is filled by a script."
        " Run text recognition over it, or paste the text."
    ),
    Reason.OVERSIZED: _("This is larger than 25 MB. Take the pictures out, or paste the text."),
    Reason.TOO_LONG: _("This holds more than can be read here. Upload the part that you cite, or paste its text."),
    Reason.ENCRYPTED: _("This is locked with a password. Open it, save it without the password, and upload that."),
    Reason.UNREADABLE: _("This file is broken and cannot be read. Download it again, or paste its text."),
    Reason.WRONG_TYPE: _(
        "This is none of the files that are read here, whatever its name says."
        " Upload PDF, HTML, TXT, DOCX or EML, or paste the text."
    ),
    Reason.OTHER_NAME: _(
        "By its content this file is: %(kind)s. Its name says something else. If it is the file that you mean, give it"
        " a name that ends in .%(ending)s and choose it again; else choose the right one, or paste the text."
    ),
    Reason.OLD_WORD: _("This is an older or other format of documents. Save it as DOCX or PDF, and upload that."),
    Reason.BAD_ADDRESS: _("Only plain addresses, http:// or https://, are fetched. Paste the text instead."),
    Reason.PRIVATE_ADDRESS: _("This is no address of the public internet and is not fetched. Paste the text instead."),
    Reason.NO_ANSWER: _("Nothing answered there. Check the address, or open it yourself and paste the text."),
    Reason.REFUSED: _("The server there refused, with status %(detail)s. Open it yourself and paste the text."),
    Reason.TOO_SLOW: _("The answer took longer than 10 seconds. Open it yourself and paste the text."),
    Reason.FETCHED_OVERSIZED: _("What is there is larger than 10 MB. Download it yourself and upload it."),
    Reason.TOO_MANY_REDIRECTS: _("This address leads on and on. Open it yourself and give the address where you end."),
}
_REMARKS = {
    Remark.WHOLE_PAGE: _("This is all the text of the page. Delete below what does not belong to the article."),
    Remark.ATTACHMENTS: _("The letter has attachments, which were not read. Upload each as a source of its own."),
    Remark.EMPTY_PAGES: _("Some pages have no text: they may be pictures. Compare before you save."),
}
KIND_LABELS = {
    FileKind.TEXT: _("plain text"),
    FileKind.HTML: _("web page"),
    FileKind.PDF: "PDF",
    FileKind.DOCX: _("Word document"),
    FileKind.EML: _("e-mail"),
}

_ENDINGS = {FileKind.TEXT: "txt"}  # the others are called as they end


def words_of(error: IntakeError) -> str:
    """Return what is wrong and what to do next."""
    if error.reason == Reason.OTHER_NAME:
        kind = FileKind(error.detail)
        return str(_REASONS[error.reason]) % {"kind": KIND_LABELS[kind], "ending": _ENDINGS.get(kind, kind.value)}
    return str(_REASONS[error.reason]) % {"detail": error.detail}


def remarks_of(remarks: list[str]) -> list[str]:
    """Return the remarks in words; what is no remark is left out."""
    return [str(_REMARKS[Remark(one)]) for one in remarks if one in {*Remark}]
