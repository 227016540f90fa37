"""Files to rows: every encoding, delimiter and line end; what is refused, and why."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from tests.visits.imports.books import book, with_part
from visits.imports.reading import opened
from visits.imports.refusals import LONGEST_CELL, MOST_BYTES, MOST_COLUMNS, Refused
from visits.imports.tables import Row

# A loaded machine draws slowly.
CALM = effort(deadline=None, suppress_health_check=[HealthCheck.too_slow])
HEAD = ["country", "who"]


def rows_of(source: Any, **said: str) -> list[Row]:
    """Return all rows of a file."""
    with opened(source, **said) as table:
        return list(table.rows)


def refusal(source: Any, **said: str) -> str:
    """Return why a file is refused."""
    with pytest.raises(Refused) as caught:
        rows_of(source, **said)
    return str(caught.value)


def written(rows: list[list[str]], delimiter: str = ",", end: str = "\r\n") -> str:
    """Return rows as CSV."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue()


# Signs that part cells, quote, end lines elsewhere, begin formulas or marks, and letters of several scripts.
SIGNS = "aZ09,;|'\"=+-@ \u00a0\u0085\u2028éßДж漢កि🕊\ufeff"
TEXTS = st.text(st.sampled_from(SIGNS), max_size=12).map(str.strip)


@CALM
@given(
    cells=st.lists(st.tuples(TEXTS, TEXTS), max_size=8),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    delimiter=st.sampled_from([",", ";", "\t"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_is_written_is_read_in_every_encoding_with_every_delimiter_and_line_end(
    cells: list[tuple[str, str]], encoding: str, delimiter: str, end: str
) -> None:
    data = written([HEAD, *([*pair] for pair in cells)], delimiter, end).encode(encoding)
    found = rows_of(data, delimiter=delimiter)
    assert [row.cells for row in found] == [pair for pair in cells if any(pair)]


@CALM
@given(st.lists(st.dictionaries(st.sampled_from(HEAD), TEXTS | st.none() | st.integers() | st.booleans()), min_size=1))
def test_json_lines_are_read_as_they_were_written(objects: list[dict[str, Any]]) -> None:
    objects = [{"country": "first", "who": "all"}, *objects]
    found = rows_of("\n".join(json.dumps(line) for line in objects).encode())
    told = [
        tuple(
            "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
            for value in (line.get(name) for name in HEAD)
        )
        for line in objects
    ]
    assert [row.cells for row in found] == [cells for cells in told if any(cells)]


@CALM
@given(st.binary(max_size=400))
def test_any_bytes_give_rows_or_a_refusal(data: bytes) -> None:
    try:
        rows_of(data)
    except Refused as refused:
        assert str(refused).endswith((".", ")"))


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
@pytest.mark.parametrize(
    "text",
    [
        "Côte d'Ivoire,Agnès Callamard",
        "México,Juan E. Méndez",
        "São Tomé,“said”",
        "Österreich,Müller",
        "l’État,Niño – 5",
        "ÉTHIOPIE,ÇA",
    ],
)
def test_the_two_old_encodings_are_told_apart(text: str, encoding: str) -> None:
    data = f"country,who\r\n{text}\r\n".encode(encoding)
    with opened(data) as table:
        assert table.encoding == encoding
        assert [list(row.cells) for row in table.rows] == [text.split(",")]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_known_without_its_mark(encoding: str) -> None:
    with opened("country,who\nJapan,David Kaye\n".encode(encoding)) as table:
        assert table.encoding == encoding
        assert [row.cells for row in table.rows] == [("Japan", "David Kaye")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_guessed_by_the_first_rows(delimiter: str) -> None:
    rows = [["country", "note"], ["Japan", "a, b; c"], ["Peru", "no; more, than; that"]]
    with opened(written(rows, delimiter).encode()) as table:
        assert table.delimiter == delimiter
        assert [list(row.cells) for row in table.rows] == rows[1:]


def test_a_row_is_numbered_by_the_line_on_which_it_begins() -> None:
    found = rows_of(b'a,b\r\n"one\r\ntwo",x\r\n\r\nthree,y\r\n')
    assert [(row.number, row.cells[0]) for row in found] == [(2, "one\r\ntwo"), (5, "three")]


def test_a_row_of_another_width_is_told_and_the_rest_is_read() -> None:
    found = rows_of(b"a,b\n1\n1,2,3\n1,2,,\n4,5\n")
    assert [row.cells for row in found] == [("1", ""), ("1", "2"), ("1", "2"), ("4", "5")]
    assert [list(row.problems) for row in found] == [[], [-1], [], []]


def test_a_cell_that_is_too_long_is_a_refusal_that_names_the_line_and_needs_no_memory() -> None:
    data = b'a,b\n1,2\n3,"' + b"x" * (10 * 2**20) + b'"\n'
    tracemalloc.start()
    told = refusal(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "longer than" in told
    assert peak < 3 * len(data)
    lines = b'a,b\n1,2\n3,"' + b"x\n" * (5 * 2**20) + b'"\n'
    assert "Line 3 has a cell of more than" in refusal(lines)


def test_too_many_columns_are_refused_and_as_many_as_may_be_are_read() -> None:
    names = [f"c{number}" for number in range(500)]
    assert "500 columns" in refusal(written([names, names]).encode())
    assert "500 columns" in refusal(book([names, names]))
    assert len(rows_of(written([names[:MOST_COLUMNS], names[:MOST_COLUMNS]]).encode())[0].cells) == MOST_COLUMNS


@pytest.mark.parametrize("head", ["Country,country", "a,b,  A "])
def test_two_columns_of_one_name_are_refused(head: str) -> None:
    assert "same name" in refusal(f"{head}\n1,2,3\n".encode())


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "grows.csv"
    path.write_text("a,b\n" + "1,2\n" * 100_000)
    with pytest.raises(Refused, match="changed while it was read"), opened(path) as table:
        next(table.rows)
        with path.open("a") as more:
            more.write("3,4\n")
        list(table.rows)
    assert len(rows_of(path)) == 100_001


def test_an_open_quotation_mark_is_told_with_its_line() -> None:
    assert "Line 3" in refusal(b'a,b\n1,2\n"3,4\n5,6\n')


def test_bytes_that_are_not_in_the_encoding_that_was_said_are_refused() -> None:
    assert "UTF-8" in refusal("a\nCôte\n".encode("cp1252"), encoding="utf-8-sig")
    assert "no encoding" in refusal(b"a\n1\n", encoding="rot13")


def test_what_is_no_table_is_refused() -> None:
    assert "empty" in refusal(b"")
    assert "old kind" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100)
    assert refusal(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00")
    assert "no workbook" in refusal(with_part(book([HEAD]), "xl/workbook.xml", b"<broken"))


def test_json_as_a_whole_is_refused_with_what_to_give() -> None:
    for data in (b'[{"a": 1}, {"a": 2}]', b'[\n{"a": 1},\n{"a": 2}\n]\n', b'{\n  "a": 1\n}\n', b'[ { "a":\n 1}]'):
        with pytest.raises(Refused, match=r"an object a line"), opened(data):
            pass
    with opened(b"[id],name\n1,x\n") as table:
        assert table.names == ("[id]", "name")


def test_a_zero_in_a_cell_is_told() -> None:
    found = rows_of(b"a,b\n1,x\x00y\n")
    assert list(found[0].problems) == [1]
    assert "\x00" not in "".join(found[0].cells)


def test_lines_of_json_tell_what_is_wrong_with_them_one_by_one() -> None:
    lines = ['{"a": "1"}', "{", '{"a": {"b": 1}}', '{"a": "1", "a": "2"}', "[1]", '{"a": ["x", "y"]}', "[" * 100_000]
    found = rows_of("\n".join(lines).encode())
    assert [bool(row.problems) for row in found] == [False, True, True, True, True, False, True]
    assert found[5].cells == ("x | y",)


def test_a_workbook_is_read_with_its_dates_as_precise_as_they_are_shown() -> None:
    data = book([HEAD, ["Japan", date(2022, 8, 17)], ["Peru", 2022], [None, None], ["Chad", True], ["x", 1.5]])
    found = rows_of(data)
    assert [(row.number, row.cells) for row in found] == [
        (2, ("Japan", "2022-08-17")),
        (3, ("Peru", "2022")),
        (5, ("Chad", "true")),
        (6, ("x", "1.5")),
    ]


def test_a_month_of_a_workbook_is_no_first_day() -> None:
    from openpyxl import Workbook

    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(["when"])
    for pattern in ("mmm yyyy", "yyyy", "d mmm yyyy", '"day" mm/yyyy'):
        sheet.append([date(2022, 8, 1)])
        sheet.cell(sheet.max_row, 1).number_format = pattern
    out = io.BytesIO()
    made.save(out)
    assert [row.cells[0] for row in rows_of(out.getvalue())] == ["2022-08", "2022", "2022-08-01", "2022-08"]


def test_a_formula_is_told_in_its_cell_and_its_text_is_no_value() -> None:
    found = rows_of(book([HEAD, ["Japan", "=1+1"], ["Peru", "x"]]))
    assert [list(row.problems) for row in found] == [[1], []]


def test_merged_cells_and_macros_are_refused() -> None:
    assert "A2:A3 are merged" in refusal(book([HEAD, ["a", "b"], [None, "c"]], merge="A2:A3"))
    assert "macros" in refusal(with_part(book([HEAD]), "xl/vbaProject.bin", b"x"))


def test_the_sheet_is_the_first_that_can_be_seen_or_the_one_named() -> None:
    data = book([HEAD, ["a", "b"]], hidden_first=True)
    with opened(data) as table:
        assert (table.sheet, len(list(table.rows))) == ("seen", 1)
    assert "no such sheet" in refusal(data, sheet="other")


def test_a_zip_bomb_is_refused_by_what_it_declares() -> None:
    assert "unpacks to more" in refusal(with_part(book([HEAD]), "xl/worksheets/sheet1.xml", b" " * 30 * 2**20))


def test_a_zip_bomb_that_lies_about_its_size_is_refused() -> None:
    honest = with_part(book([HEAD]), "xl/worksheets/sheet1.xml", b" " * 30 * 2**20)
    for size in (30 * 2**20,):
        assert size.to_bytes(4, "little") in honest
        lying = honest.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert refusal(lying)


def test_entities_are_refused() -> None:
    sheet = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet/>'
    assert "damaged" in refusal(with_part(book([HEAD]), "xl/worksheets/sheet1.xml", sheet))


def test_rows_far_below_do_not_keep_the_reader_for_ever() -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
        b'<row r="999999999"><c r="A999999999" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>'
    )
    assert "more than" in refusal(with_part(book([HEAD]), "xl/worksheets/sheet1.xml", sheet))


def test_bounds_are_those_that_are_told() -> None:
    assert csv.field_size_limit() > LONGEST_CELL
    assert MOST_BYTES == 200 * 2**20
