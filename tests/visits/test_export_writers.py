"""How rows become files: nothing that a spreadsheet would run, and what was written is read back."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest

from visits.exports import writers
from visits.exports.writers import in_cell, write_csv, write_json, write_jsonl, write_xlsx

NAMES = ["id", "words", "number", "known", "many"]
ROWS: list[list[Any]] = [
    ["a", 'He said: "no", and\r\nleft; ភាសាខ្មែរ 🕊', 7, True, ["one", "two | three", ""]],
    ["b", "", None, False, []],
]


def joined(blocks: Iterable[bytes]) -> bytes:
    return b"".join(blocks)


def book_of(rows: Iterable[Any], names: list[str] = NAMES) -> Any:
    file = BytesIO()
    write_xlsx(file, "things", [(name, f"what {name} is") for name in names], rows)
    return openpyxl.load_workbook(BytesIO(file.getvalue()))


def values(sheet: Any) -> list[tuple[Any, ...]]:
    return list(sheet.iter_rows(values_only=True))


def test_csv_is_as_the_standard_says_and_read_back_the_same() -> None:
    written = joined(write_csv(NAMES, ROWS))
    assert not written.startswith(b"\xef\xbb\xbf")
    assert written.startswith(b"id,words,number,known,many\r\n")
    assert written.endswith(b"\r\nb,,,false,\r\n")
    found = list(csv.reader(StringIO(written.decode(), newline=""), strict=True))
    assert found == [
        NAMES,
        ["a", ROWS[0][1], "7", "true", "one | two / three | "],
        ["b", "", "", "false", ""],
    ]


def test_json_is_one_array_and_json_lines_are_an_object_each() -> None:
    wanted = [dict(zip(NAMES, row, strict=True)) for row in ROWS]
    assert json.loads(joined(write_json(NAMES, ROWS))) == wanted
    lines = joined(write_jsonl(NAMES, ROWS)).decode()
    assert lines.endswith("}\n")
    assert [json.loads(line) for line in lines.splitlines()] == wanted
    assert "ភាសាខ្មែរ" in lines


def test_without_rows_every_format_is_still_whole() -> None:
    assert joined(write_csv(NAMES, [])) == b"id,words,number,known,many\r\n"
    assert json.loads(joined(write_json(NAMES, []))) == []
    assert joined(write_jsonl(NAMES, [])) == b""
    assert values(book_of([])["things"]) == [tuple(NAMES)]


def test_a_workbook_is_read_back_with_numbers_as_numbers_and_tells_what_its_columns_hold() -> None:
    book = book_of(ROWS)
    assert book.sheetnames == ["things", "columns"]
    assert values(book["things"]) == [
        tuple(NAMES),
        ("a", ROWS[0][1].replace("\r\n", "\n"), 7, True, "one | two / three | "),
        ("b", None, None, False, None),
    ]
    assert values(book["columns"])[:2] == [("name", "holds"), ("id", "what id is")]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "=cmd|' /C calc'!A0", "＝1", "＋1", "－1", "＠1"],
)
def test_what_begins_like_a_formula_is_text_in_every_spreadsheet(text: str) -> None:
    assert in_cell(text) == f"'{text}"
    assert in_cell([text, "else"]).startswith("'")  # type: ignore[union-attr]
    assert next(csv.reader(StringIO(joined(write_csv(["x"], [[text]])).decode().partition("\r\n")[2], newline="")))[
        0
    ].startswith("'")
    cell = book_of([[text]], ["x"])["things"]["A2"]
    assert (cell.data_type, cell.value[0]) == ("s", "'")
    # Programs get what is stored.
    assert json.loads(joined(write_json(["x"], [[text]]))) == [{"x": text}]


@pytest.mark.parametrize("text", ["2022-03-05", "a=b", "1+1", "it's", "…", "", "user@example.org"])
def test_what_does_not_is_left_as_it_is(text: str) -> None:
    assert in_cell(text) == text


def test_signs_that_no_cell_may_hold_become_spaces() -> None:
    assert in_cell("a\x00b\x0bc\ufffed\x1be") == "a b c d e"
    assert values(book_of([["a\x00b\x0b\ufffe"]], ["x"])["things"])[1] == ("a b  ",)


def test_more_rows_than_a_sheet_holds_go_on_in_another_with_its_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writers, "MOST_ROWS", 3)
    book = book_of([[str(number)] for number in range(5)], ["x"])
    assert book.sheetnames == ["things", "things 2", "things 3", "columns"]
    assert [values(book[name]) for name in book.sheetnames[:3]] == [
        [("x",), ("0",), ("1",)],
        [("x",), ("2",), ("3",)],
        [("x",), ("4",)],
    ]


def test_a_text_longer_than_a_cell_ends_in_an_ellipsis() -> None:
    long = "ប" * 40_000
    value = values(book_of([[long]], ["x"])["things"])[1][0]
    assert len(value) == 32_767
    assert value[-2:] == "ប…"
    assert long in joined(write_csv(["x"], [[long]])).decode()


@pytest.mark.parametrize("write", [write_csv, write_json, write_jsonl])
def test_blocks_leave_before_the_rows_have_ended(write: Any) -> None:
    asked = 0

    def endless() -> Iterator[list[str]]:
        nonlocal asked
        while True:
            asked += 1
            yield ["x" * 1000]

    blocks = write(["x"], endless())
    sizes = [len(next(blocks)) for _block in range(20)]
    assert max(sizes) < 40_000
    assert asked * 1000 < 20 * 40_000
