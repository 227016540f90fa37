"""A PDF without what it tells of its makers, and without anything that runs, opens or is attached."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

from pypdf import PasswordType, PdfReader, PdfWriter, apply_configuration, get_configuration
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

from statements.intake.pdf import _BROKEN, _LIMITS, MAX_PAGES
from statements.stripping import pictures

SECONDS = 15.0
# Properties, the ways in which programs keep their own, and who wrote a remark when.
_TELLING = {"/Metadata", "/PieceInfo", "/LastModified", "/ModDate", "/M", "/CreationDate", "/Author", "/Creator",
            "/Producer", "/Collection", "/Threads", "/SpiderInfo", "/Perms", "/DSS", "/Legal", "/Thumb"}  # fmt: skip
# What runs or opens something as the document is shown, and files within it.
_ACTING = {"/OpenAction", "/AA", "/JavaScript", "/JS", "/EmbeddedFiles", "/EF", "/AF", "/RichMediaContent", "/XFA",
           "/Launch", "/URIActions"}  # fmt: skip
_ACTIONS_GONE = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie",
                 "/Sound", "/RichMediaExecute", "/ResetForm", "/Hide", "/Named"}  # fmt: skip
_REMARKS = {"/Popup", "/FileAttachment", "/Movie", "/Sound", "/RichMedia", "/Screen", "/3D"}


def stripped(data: bytes, *, clock: Callable[[], float] = time.monotonic) -> bytes | None:
    """Return the document with its pages alone; None where it is encrypted, cannot be read, or takes too long."""
    until = clock() + SECONDS
    try:
        with apply_configuration(get_configuration().with_overwrites(**_LIMITS)):
            reader = PdfReader(io.BytesIO(data))
            if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
                return None
            if len(reader.pages) > MAX_PAGES:
                return None
            # Only what the pages need comes along: neither earlier versions of the file nor its catalogue.
            writer = PdfWriter()
            for page in reader.pages:
                if clock() > until:
                    return None
                writer.add_page(page)
            for found in list(writer._objects):
                if clock() > until:
                    return None
                _clean(found)
            writer.metadata = None
            writer._ID = None
            out = io.BytesIO()
            writer.write(out)
    except _BROKEN:
        return None
    return out.getvalue()


def _clean(found: Any) -> None:
    """Take out of an object, and what stands within it, whatever tells or acts."""
    waiting = [found]
    while waiting:
        one = waiting.pop()
        if isinstance(one, DictionaryObject):
            _clean_dictionary(one)
            waiting += [value for value in one.values() if isinstance(value, DictionaryObject | ArrayObject)]
        elif isinstance(one, ArrayObject):
            waiting += [value for value in one if isinstance(value, DictionaryObject | ArrayObject)]


def _clean_dictionary(one: DictionaryObject) -> None:
    for key in (_TELLING | _ACTING) & set(one):
        del one[key]
    action = one.get("/A")
    if isinstance(action, DictionaryObject) and (action.get("/S") in _ACTIONS_GONE or "/Next" in action):
        del one["/A"]
    if one.get("/Type") == "/Annot" or ("/Subtype" in one and "/Rect" in one):
        # The author of a remark stands in its title.
        for key in {"/T", "/NM", "/RC", "/Popup"} & set(one):
            del one[key]
        if one.get("/Subtype") in _REMARKS:
            one[NameObject("/Subtype")] = NameObject("/Text")
            one.pop("/FS", None)
            one.pop("/Contents", None)
    if isinstance(one, StreamObject) and one.get("/Filter") in ("/DCTDecode", ["/DCTDecode"]):
        one._data = pictures.stripped(one._data, within=True) or one._data
