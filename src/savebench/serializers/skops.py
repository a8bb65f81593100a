"""skops: a zip of JSON and arrays that loads the types it is told to trust, and no others.

The types are a reviewed constant. Asking the file which types to trust, as examples on the web do,
would be no protection. Whoever trusts more types makes a row of their own with `skops`, in a
package that offers it as its own (`savebench.catalogue.rows` says how)::

    # my_package/savebench_rows.py, the entry point "my_package.savebench_rows:serializers"
    from savebench.serializers.skops import skops

    def serializers():
        types = ("xgboost.core.Booster", "xgboost.sklearn.XGBClassifier")
        return [skops(trust=types, name="skops+xgboost")]
"""

import zipfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from savebench.catalogue.rows import Serializer
from savebench.errors import Unsupported
from savebench.serializers._skops_refusal import Trust, names_of, refusal, untrusted_in
from savebench.serializers._skops_reviewed import TRUSTED_FUNCTIONS, TRUSTED_TYPES

__all__ = [
    "TRUSTED_FUNCTIONS",
    "TRUSTED_TYPES",
    "Trust",
    "names_of",
    "rows",
    "skops",
    "takes_trust",
    "trusting",
]

_NOTE = "made in memory"
_REVIEWED = f"{_NOTE}; loads reviewed types only"


def rows() -> tuple[Serializer, ...]:
    """Return skops, plain and deflated."""
    return (
        _row("skops", zipfile.ZIP_STORED, f"a zip of JSON and .npy; {_REVIEWED}"),
        _row("skops+deflate", zipfile.ZIP_DEFLATED, f"deflated at zip's level 6; {_REVIEWED}"),
    )


def skops(*, trust: Trust, name: str, deflate: bool = False) -> Serializer:
    """Return a row that loads the reviewed types and those that you trust.

    Parameters
    ----------
    trust
        Types, or their full names as a refusal gives them: ``["xgboost.core.Booster"]``. Restoring
        one may run its constructor and its ``__setstate__`` on whatever the file holds.
    name
        What the row is called: ``"skops+xgboost"``.
    deflate
        Compress at zip's level 6.

    Raises
    ------
    UsageError
        When `trust` names no types, or functions and the like, which a file could call.
    """
    compression = zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED
    return trusting(_row(name, compression, ""), trust)


def trusting(row: Serializer, trust: Trust) -> Serializer:
    """Return a skops row that trusts more types than it did.

    Raises
    ------
    UsageError
        As `skops` does.
    """
    names = (*_trusted_by(row), *names_of(trust))
    return replace(
        row,
        load=partial(_load, trusted=names),
        runs_code=True,  # nobody has reviewed what these do
        note=f"also loads types that its author trusts, which nobody has reviewed; {_NOTE}",
    )


def takes_trust(row: Serializer) -> bool:
    """Whether a row is one of skops, which loads what is trusted."""
    return getattr(row.load, "func", None) is _load


def _trusted_by(row: Serializer) -> tuple[str, ...]:
    if not takes_trust(row):
        raise ValueError(f"{row.name} loads whatever its file names, and takes no trust")
    names: tuple[str, ...] = getattr(row.load, "keywords")["trusted"]  # noqa: B009 - of a partial
    return names


def _row(name: str, compression: int, note: str) -> Serializer:
    return Serializer(
        name=name,
        dump=partial(_dump, compression=compression),
        load=partial(_load, trusted=(*TRUSTED_TYPES, *TRUSTED_FUNCTIONS)),
        # zipfile decodes member names as cp437, which is imported at the first one.
        modules=("skops.io", "encodings.cp437"),
        requires=("skops",),
        kind="restricted",
        runs_code=False,
        note=note,
    )


def _dump(model: Any, path: Path, *, compression: int) -> None:
    import skops.io
    from skops.io.exceptions import UnsupportedTypeException

    try:
        skops.io.dump(model, path, compression=compression)
    except UnsupportedTypeException as error:
        raise Unsupported(
            f"skops cannot write this {type(model).__name__}: {error}; use another serializer"
        ) from error


def _load(path: Path, *, trusted: tuple[str, ...]) -> Any:
    import skops.io
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        return skops.io.load(path, trusted=list(trusted))
    except UntrustedTypesFoundException as error:
        raise refusal(path, untrusted_in(path, trusted)) from error
