"""Pictures have one size, are small, and hold what their poster says, in ink on paper."""

from __future__ import annotations

from io import BytesIO
from threading import Thread

import pytest
from PIL import Image

from visits.posters import drawing
from visits.posters.drawing import COLUMNS, HEIGHT, LARGEST, PAPER, WIDTH, Poster, draw

WORDS = "The dam is safe, and whoever says otherwise has not read what the ministry of water published on it. "
FULL = Poster(
    title="Somebody of Long Name",
    mark="■ State · Minister of Water",
    quote=WORDS * 4,
    facts=("asserts · 17 August 2022", "The Gazette · quoted words match", "Somewhere"),
    notice="Retracted",
    foot="A record",
    column="state",
)
POSTERS = {
    "full": FULL,
    "title": Poster(title="Cambodia, 15–26 August 2022"),
    "long title": Poster(title="Visit " + "of a very long name " * 30, facts=("one", "two", "three")),
    "khmer": Poster(title="សិទ្ធិមនុស្ស", quote="សិទ្ធិមនុស្សគឺជាសិទ្ធិរបស់មនុស្សគ្រប់រូប" * 9),
    "arabic": Poster(title="وزير", quote="يولد جميع الناس أحرارا متساوين في الكرامة والحقوق " * 9),
    "nothing": Poster(title="中国", quote="中国", facts=("中国",), mark="中", notice="国", foot="中"),
}


def opened(poster: Poster) -> Image.Image:
    return Image.open(BytesIO(draw(poster))).convert("RGB")


def inked(image: Image.Image, box: tuple[int, int, int, int]) -> int:
    """Return how many pixels of a part are no paper."""
    part = image.crop(box)
    paper = max(part.getcolors(WIDTH * HEIGHT), key=lambda pair: pair[0])[1]
    return sum(count for count, colour in part.getcolors(WIDTH * HEIGHT) if colour != paper)


@pytest.mark.parametrize("poster", POSTERS.values(), ids=POSTERS)
def test_a_picture_has_its_size_and_few_bytes(poster: Poster) -> None:
    data = draw(poster)
    image = Image.open(BytesIO(data))
    assert (image.format, image.size) == ("PNG", (WIDTH, HEIGHT)) == ("PNG", (1200, 630))
    assert len(data) < LARGEST == 300_000
    # It is told of no program, no machine and no moment.
    assert image.info == {} or set(image.info) <= {"transparency"}


@pytest.mark.parametrize("poster", POSTERS.values(), ids=POSTERS)
def test_nothing_is_written_into_the_margins_or_over_the_foot(poster: Poster) -> None:
    image = opened(poster)
    assert inked(image, (1140, 0, WIDTH, HEIGHT)) == 0
    assert inked(image, (30, 0, 76, HEIGHT)) == 0
    assert inked(image, (30, 526, WIDTH, 538)) == 0


def test_the_same_poster_is_the_same_bytes() -> None:
    assert draw(FULL) == draw(FULL)


@pytest.mark.parametrize("part", ["mark", "quote", "notice", "facts", "title", "foot"])
def test_each_part_is_seen(part: str) -> None:
    values = {name: getattr(FULL, name) for name in Poster.__dataclass_fields__}
    assert opened(Poster(**{**values, part: () if part == "facts" else ""})).tobytes() != opened(FULL).tobytes()


@pytest.mark.parametrize("column", COLUMNS)
def test_the_band_has_the_colour_of_the_column(column: str) -> None:
    band = opened(Poster(title="x", column=column)).getpixel((10, 300))
    wanted = tuple(bytes.fromhex(COLUMNS[column][1:]))
    assert all(abs(one - other) <= 6 for one, other in zip(band, wanted, strict=True))


def test_colours_are_told_apart_from_the_paper_by_those_who_see_little() -> None:
    def light(colour: str) -> float:
        parts = [part / 255 for part in bytes.fromhex(colour[1:])]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for colour in (*COLUMNS.values(), drawing.INK, drawing.SOFT, drawing.ACCENT, drawing.WARN):
        assert (light(PAPER) + 0.05) / (light(colour) + 0.05) >= 4.5, colour


def test_what_no_face_can_show_leaves_no_box() -> None:
    assert opened(POSTERS["nothing"]).tobytes() == opened(Poster(title="")).tobytes()


def test_threads_draw_side_by_side() -> None:
    posters = [POSTERS[name] for name in ("full", "title", "khmer", "arabic")] * 3
    wanted, found = [draw(poster) for poster in posters], [b""] * len(posters)

    def one(place: int) -> None:
        found[place] = draw(posters[place])

    threads = [Thread(target=one, args=(place,)) for place in range(len(posters))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == wanted
