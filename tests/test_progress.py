"""What a run shows while it measures."""

import io

from rich.console import Console

from savebench.progress import Bar
from savebench.records.schema import CONTROL, Trial
from tests.fakes import control_record


def test_control_trials_are_shown_without_trouble_and_a_failed_one_is_said() -> None:
    """They belong to no case of the run."""
    text = io.StringIO()
    bar = Bar(Console(file=text, width=100), None)

    bar.round_started(1, 4)
    bar.trials_started([Trial(CONTROL, "control", 1)])
    bar.trial_ended(control_record(1, {"kernels": {"cpu_s": 0.004}}), 0.2, None)
    bar.trial_ended(control_record(2, {}, "crashed", "planted"), 0.4, None)
    bar.close()

    assert text.getvalue().count("planted") == 1
