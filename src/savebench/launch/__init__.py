"""How fresh processes come to be, and how they are spoken to.

A launcher starts a process for each trial; the table `launchers.WAYS` has one row a way. A process
is spoken to over a `Line`: send a message, read one before a deadline. Here a line is a pair of
pipes or a socket; nobody who holds one can tell. `Surroundings` is what all processes of a launcher
share, and `errands` sends those that measure nothing: builds and checks.
"""
