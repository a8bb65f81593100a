"""From what is asked to records: settings, a plan, rounds of trials, a run.

A `Site` is one interpreter on one machine: what its processes import from, which versions they
have, the folder where they work, the models that its libraries fitted. A `Bench` is a site with
subjects and a launcher: it measures trials and keeps the artifacts that dumps make. `run` has one
bench, `ab` two, the pytest fixture one for one model.

Rounds are drawn here and nowhere else: one trial of every case still in play, shuffled, until each
is precise enough or its share of the budget is spent (`rounds`), or each trial at two benches side
by side (`in_step`). Every record is entered in a `Ledger`; who resumes rebuilds it from the run's
file, and no trial is done twice or lost.
"""
