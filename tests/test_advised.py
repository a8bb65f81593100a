"""What advice returns to Python."""

from pathlib import Path

import pytest

from savebench.advised import Advice
from savebench.errors import UsageError
from savebench.summary.advice import Needs, advise
from tests.report.advice.answers import answer
from tests.summary.advice.measured import facts


def test_advice_prints_what_the_command_line_prints() -> None:
    """At 100 characters."""
    text = str(Advice(answer("knn", workers=8)))

    assert text.startswith("How to save knn.pkl\n512 MB pickled; 7 rows tried in 58 s")
    assert "Take joblib-mmap" in text


def test_advice_stands_for_itself_where_python_shows_a_value() -> None:
    """As text, and not as the values within it."""
    advice = Advice(answer("knn"))

    assert repr(advice) == str(advice)


def test_the_text_of_advice_is_plain_in_a_kernel_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """There rich displays what it is to print, and colours it."""
    plain = str(Advice(answer("knn")))
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)

    assert str(Advice(answer("knn"))) == plain


def test_advice_turns_into_a_frame_with_a_row_a_candidate() -> None:
    """Those that can be taken first, by cost; the taken one is marked."""
    frame = Advice(answer("knn", workers=8, memory="2GB")).to_frame()

    assert next(iter(frame["serializer"])) == "joblib-mmap"
    assert list(frame["taken"]) == [True, False, False, False, False, False, False]
    first = frame.iloc[0]
    assert (first["ready_s"], first["size_bytes"], first["memory_bytes"]) == (0.16, 512e6, 576e6)
    assert first["load_predict_s_n"] == 8
    assert frame["out"][1].startswith("8 workers that load it take")


def test_advice_turns_into_json_for_scripts() -> None:
    """As its answer has it."""
    found = answer("tfidf")

    assert Advice(found).to_json() == found.as_json()
    assert Advice(found).take == "pickle"


def test_advice_draws_and_says_which_plots_there_are() -> None:
    """Two."""
    advice = Advice(answer("knn"))

    assert advice.plot().axes
    assert advice.plot("workers").axes
    with pytest.raises(
        UsageError, match="there is no plot 'size'; choose one of bandwidth, workers"
    ):
        advice.plot("size")
    with pytest.raises(
        UsageError, match="nothing was measured that a plot by bandwidth could show"
    ):
        Advice(advise([], Needs(), facts())).plot()


def test_advice_shows_itself_in_a_notebook() -> None:
    """As HTML."""
    assert "<strong>Take joblib-mmap.</strong>" in Advice(answer("knn"))._repr_html_()


def test_a_folder_that_cannot_be_written_is_an_error_on_one_line(tmp_path: Path) -> None:
    """With the folder's name."""
    taken = tmp_path / "file"
    taken.write_text("")

    with pytest.raises(UsageError, match="cannot write the advice"):
        Advice(answer("linear")).write_report(taken)
