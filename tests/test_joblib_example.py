"""The study of joblib's published example: the frame's shape, and the page from literal figures."""

from pathlib import Path

import pytest
from bench.joblib_example import PUBLISHED, SERIALIZERS, Figures, frame, measure, page

FIGURES = {name: Figures(0.4, 0.2, 0.5) for name in SERIALIZERS} | {"LZ4": Figures(0.6, 0.3, 0.55)}


def test_the_frame_has_the_shape_of_the_example() -> None:
    """Of 42 columns 18 are named, so that pandas makes an index of the first 24."""
    made = frame(2000)

    assert made.shape == (2000, 18)
    assert made.index.nlevels == 24
    assert [str(kind)[0] for kind in made.dtypes].count("f") == 15
    assert made.drop_duplicates().shape[0] < 200


def test_the_page_divides_each_column_by_its_own_raw() -> None:
    """Published 0.648 s over 0.502 s."""
    text = page(FIGURES, FIGURES, dict.fromkeys(SERIALIZERS, 10.0))

    row = "| LZ4 | 0.648 s | 1.29 | 0.600 s | 1.50 | 0.300 s | 1.50 | 0.550 s | 1.10 | 1.83 |"
    assert row in text
    assert "- LZ4 loads in 1.29 x raw as published, 1.50 in the hot loop and 1.10 fresh" in text
    assert "| pickle | - | - | 0.400 s |" in text
    assert set(PUBLISHED) < set(SERIALIZERS)


def test_every_way_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a frame so small that it takes no time, by raw joblib alone."""
    monkeypatch.setattr("bench.joblib_example.SERIALIZERS", {"raw": "joblib"})

    dumps, loads, sizes = measure(tmp_path, rows=1000, rounds=1)

    assert min(dumps["raw"].fresh_s, loads["raw"].steady_s, loads["raw"].example_s) > 0
    assert sizes["raw"] > 0.1
