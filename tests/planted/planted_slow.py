"""A module that takes a third of a second to import, and a model that needs it."""

import time
from typing import Any

IMPORT_S = 0.3

time.sleep(IMPORT_S)


class Slow:
    """A model of a library that is slow to import."""

    def predict(self, x: Any) -> Any:
        """Return the input."""
        return x
