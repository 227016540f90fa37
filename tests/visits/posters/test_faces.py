"""Each text stands in a face that holds all of its letters, or nowhere; lines end where words do."""

from __future__ import annotations

import pytest
from fontTools.ttLib import TTFont

from visits.posters import faces
from visits.posters.faces import COENG, DOTS, FOLDER, face, lines, shown

KHMER = "សិទ្ធិមនុស្សគឺជាសិទ្ធិរបស់មនុស្សគ្រប់រូប"
ARABIC = "يولد جميع الناس أحرارا"
WIDE = 700


def test_every_face_lies_beside_its_licence() -> None:
    files = {path.name for path in FOLDER.glob("*.ttf")}
    assert files == {file for found in faces._FILES.values() for file in found}
    for path in FOLDER.glob("*.ttf"):
        (licence,) = (told for told in FOLDER.glob("LICENSE-*.txt") if path.name.startswith(told.stem[8:]))
        assert "free of charge" in licence.read_text() or "SIL Open Font License" in licence.read_text()
        # The files are those of their authors, under the names that their licences keep for them.
        assert TTFont(path)["name"].getDebugName(1).startswith(("DejaVu", "Noto Sans Khmer"))


@pytest.mark.parametrize(
    ("text", "style", "file"),
    [
        ("Vitit Muntarbhorn, Ångström", "bold", "DejaVuSerif-Bold.ttf"),
        ("Говорил", "serif", "DejaVuSerif.ttf"),
        ("■ ◆ ● ○", "sans", "DejaVuSans.ttf"),
        (ARABIC, "serif", "DejaVuSans.ttf"),
        (KHMER, "serif", "NotoSansKhmer-Regular.ttf"),
        (f"Phnom Penh: {KHMER}", "sans", "NotoSansKhmer-Regular.ttf"),
    ],
)
def test_the_first_face_that_holds_every_letter_shows_a_text(text: str, style: faces.Style, file: str) -> None:
    found = shown(text, style)
    assert found is not None and (found.file, found.text) == (file, text)


@pytest.mark.parametrize(
    "text", ["中国", "Minister 王", "ประเทศไทย", "हिन्दी", f"{KHMER} {ARABIC}", "", "  \n", "\U0001f9ff"]
)
def test_what_no_face_holds_is_not_shown_at_all(text: str) -> None:
    assert shown(text, "serif") is None


def test_a_sign_that_is_no_letter_is_left_out_and_the_text_shown() -> None:
    found = shown("It was \U0001f9ff good\x00.\n", "serif")
    assert found is not None and found.text == "It was good."


def test_without_shaping_only_what_needs_none_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "shapes", lambda: False)
    assert shown(ARABIC, "serif") is None
    assert shown(KHMER, "serif") is None
    assert shown("Café", "serif") is not None


@pytest.mark.parametrize(
    ("text", "turned"), [(ARABIC, True), ("“" + ARABIC, True), (f"He: {ARABIC}", False), (KHMER, False)]
)
def test_a_text_begins_at_the_side_at_which_its_first_letter_does(text: str, turned: bool) -> None:
    found = shown(text, "sans")
    assert found is not None and found.right_to_left is turned


@pytest.mark.parametrize(
    "text", ["The dam is safe and will stay so. " * 8, ARABIC + " " + ARABIC * 9, KHMER * 6, "x" * 400]
)
def test_no_line_is_wider_than_its_room_and_no_letter_is_lost(text: str) -> None:
    found = shown(text, "serif")
    assert found is not None
    rows, whole = lines(found, 40, WIDE, 100)
    assert whole and len(rows) > 1
    assert max(face(found.file, 40).getlength(row) for row in rows) <= WIDE
    assert "".join("".join(rows).split()) == "".join(text.split())


def test_words_stay_whole_where_they_fit() -> None:
    found = shown("The dam is safe and will stay so.", "serif")
    assert found is not None
    words = {word for row in lines(found, 40, 300, 100)[0] for word in row.split()}
    assert words == {"The", "dam", "is", "safe", "and", "will", "stay", "so."}


def test_no_letter_of_khmer_is_taken_apart() -> None:
    found = shown(KHMER * 4, "serif")
    assert found is not None
    for width in range(150, 400, 10):
        for row in lines(found, 40, width, 100)[0]:
            assert not "\u17b4" <= row[0] <= "\u17d3", row
            assert row[-1] != COENG


def test_a_line_ends_where_a_script_without_spaces_marks_an_end_of_a_word() -> None:
    found = shown("\u200b".join(["សិទ្ធិ"] * 12), "sans")
    assert found is not None
    rows, _whole = lines(found, 40, 300, 100)
    assert len(rows) > 1 and all(row == "សិទ្ធិ" * (len(row) // 6) for row in rows)


def test_what_does_not_fit_ends_in_dots_within_the_room() -> None:
    found = shown("The dam is safe and will stay so. " * 9, "serif")
    assert found is not None
    rows, whole = lines(found, 40, WIDE, 2)
    assert not whole and len(rows) == 2
    assert rows[-1].endswith(DOTS) and face(found.file, 40).getlength(rows[-1]) <= WIDE
