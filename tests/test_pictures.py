"""The card's pictures show what the runs score now."""

import msgspec
from pictures import FOLDER, ROOT, SYSTEMS, shown

CARD = (ROOT / "README.md").read_text("utf-8")


def test_the_pictures_show_the_figures_of_today():
    """Else run ``python tests/pictures.py``, and look at them."""
    assert msgspec.json.decode((FOLDER / "shown.json").read_bytes()) == shown()


def test_the_card_shows_one_picture_of_the_report_and_one_plot():
    for name in ("report.png", "f1.svg"):
        assert f"(eval/pictures/{name})" in CARD
        assert (FOLDER / name).stat().st_size < 400_000
    plot = (FOLDER / "f1.svg").read_text("utf-8")
    assert [name for name in SYSTEMS if f">{name}<" not in plot] == []
