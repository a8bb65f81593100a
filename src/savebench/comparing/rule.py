"""What counts as a change: the margin, and how large a change must be found.

Nothing but values, so that the command line shows them without loading what computes with them.
"""

MARGIN = 0.03
"""A ratio up to 1 + margin is no change, where nobody asks for another."""
DETECT = 0.10
"""A change that must be found, where nobody asks for another."""
