"""From what is asked to records: settings, a plan, rounds of trials, a run."""
