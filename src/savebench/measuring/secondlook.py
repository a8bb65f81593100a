"""Look once more at a mismatch: the model that was kept may answer otherwise, too, by now.

The process that came to know the model had one hash seed; a round has another. A model whose
answers follow hash() in few places may have answered alike under the first by chance.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec

from savebench.launch.errands import conduct_all
from savebench.launch.launchers import Launcher
from savebench.launch.messages import Answer
from savebench.measuring.setups import CaseSetup
from savebench.subjects.acquaintance import check_task
from savebench.trial.check import agreement_of
from savebench.trial.judging import VARIES
from savebench.trial.reference import load_variation
from savebench.trial.variation import STEADY, Variation

_TIMEOUT_S = 600.0


@dataclass(frozen=True, slots=True)
class SecondLook:
    """Asks the model that was kept, in a process like that of the trial."""

    launcher: Launcher
    work: Path

    def __call__(self, setup: CaseSetup, answer: Answer, hash_seed: int) -> Answer:
        """Return the answer of a trial, and not as a mismatch if the kept model differs, too."""
        subject = setup.subject
        facts = subject.facts
        if (
            facts is None or not facts.was_reproduced
        ):  # what was kept is another model, or there is none
            return answer
        with tempfile.TemporaryDirectory(dir=self.work) as scratch:
            task = check_task(subject.folder, facts.reference, subject.method, scratch)
            task = msgspec.structs.replace(
                task,
                modules=setup.modules,
                imports=subject.imports,
                is_confined=subject.is_confined,
            )
            if load_variation(task) != STEADY:
                return answer
            found = conduct_all({"kept": task}, self.launcher, hash_seed, _TIMEOUT_S)["kept"]
        agreement = agreement_of(found)
        if agreement is None or agreement.exact:
            return answer
        noted = {**answer.facts, VARIES: str(Variation(how="hash"))}
        return msgspec.structs.replace(answer, outcome="ok", reason="", facts=noted)
