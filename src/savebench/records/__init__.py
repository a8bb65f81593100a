"""What a run leaves behind: its schema, its metrics, its folder, its values as series.

A record is what one trial yielded, one JSON line. A series is one metric of one case: its values by
round, read from the records once (`series`) and by that code alone, for summaries, comparisons and
trends alike. Paired by round, two series meet in the same minutes of the same machine.
"""
