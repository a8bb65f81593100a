"""What is gathered while a file is walked, over all its pickles: names, hints, room in memory."""

import _compat_pickle
from collections import Counter
from dataclasses import dataclass, field

from savebench.inspecting.found import Named
from savebench.inspecting.limits import FREE_OPCODES, NAMES, ROOM_BYTES, SAMPLED_BYTES
from savebench.inspecting.pickles.values import Global, Opaque
from savebench.inspecting.trust import Reviewed, reviewed
from savebench.inspecting.unlisted import meaning_of

_NEW_NAMES = 3
"""From this protocol on, Python 3 takes names as they are spelled."""


@dataclass(slots=True)
class _Use:
    """What a file does with one name."""

    at: int
    entry: Reviewed | None
    count: int = 0
    called: bool = False
    misused: str = ""


@dataclass
class Session:
    """One file's walk."""

    room: int = ROOM_BYTES
    """Bytes that values may still take."""
    samples: int = SAMPLED_BYTES
    """Bytes of samples that may still be taken."""
    classes: Counter[str] = field(default_factory=Counter)
    distrust: dict[str, None] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    hints: dict[str, str] = field(default_factory=dict)
    """What tells who wrote it: "sklearn" -> "1.9.1", "joblib" -> "aligned"."""
    protocol: int = 0
    files: dict[str, int] = field(default_factory=dict)
    """Further files that belong to it, and their bytes."""
    unpacked_beside: int = 0
    """Bytes read of those, unpacked."""
    opcodes: int = 0
    """Opcodes followed, of all pickles that came to an end."""
    most_opcodes: int = FREE_OPCODES
    """So many are followed at the most."""
    reserved: int = 0
    """Bytes that calls of the file would have Python reserve."""
    names_kept: int = 0
    """Texts that were remembered as possible names though memory is short."""
    _uses: dict[tuple[str, str], _Use] = field(default_factory=dict)
    _globals: dict[tuple[str, str, bool], Global] = field(default_factory=dict)
    _opaque: dict[tuple[str, Global | None], Opaque] = field(default_factory=dict)

    def suspect(self, reason: str) -> None:
        """Note what speaks against loading it."""
        if len(self.distrust) < NAMES:
            self.distrust.setdefault(reason)

    def note(self, text: str) -> None:
        """Note a fact once."""
        self.notes.setdefault(text)

    @property
    def full(self) -> bool:
        """Whether no more of the tree can be kept."""
        return self.room < 0

    def opaque(self, type_: str, made: Global | None = None) -> Opaque:
        """Return the one opaque value of a type."""
        found = self._opaque.get((type_, made))
        if found is None:
            found = Opaque(type_, made)
            if len(self._opaque) < NAMES:
                self._opaque[type_, made] = found
        return found

    def refer(self, module: str, name: str, at: int, protocol: int) -> Global:
        """Note that the file imports a name, and return it."""
        key = (module, name, protocol < _NEW_NAMES)
        found = self._globals.get(key)
        if found is None:
            found = self._new(key, at)
        use = self._uses.get((module, name))
        if use is not None:
            use.count += 1
        return found

    def _new(self, key: tuple[str, str, bool], at: int) -> Global:
        """Look a name up that has not been met before."""
        module, name, mapped = key
        entry = reviewed().get(loaded_as(module, name) if mapped else (module, name))
        value = Global(module, name, entry.role if entry else "")
        if len(self._uses) >= NAMES:
            self.suspect(f"it names more than {NAMES:,} things; the rest are not listed")
            if entry is None:
                return _MORE  # a file may name millions
            self._globals[key] = value
            return value
        self._globals[key] = value
        use = self._uses.setdefault((module, name), _Use(at, entry))
        if entry is None:
            use.entry = None
        return value

    def called(self, value: Global) -> None:
        """Note that a name is called."""
        use = self._uses.get((value.module, value.name))
        if use is not None:
            use.called = True

    def misuse(self, value: Global, how: str) -> None:
        """Note that a listed name is used in a way that was not reviewed."""
        use = self._uses.get((value.module, value.name))
        if use is not None and not use.misused:
            use.misused = how

    def names(self) -> tuple[Named, ...]:
        """Return all names, untrusted ones first, else in the order of the file."""
        found = [_named(module, name, use) for (module, name), use in self._uses.items()]
        return tuple(sorted(found, key=lambda each: (each.trusted, each.at)))


_MORE = Global("?", "unlisted", "")
"""Stands for each further name that is not on the reviewed list."""


def _named(module: str, name: str, use: _Use) -> Named:
    trusted = use.entry is not None and not use.misused
    if use.entry is None:
        why = meaning_of(module, name, called=use.called)
    else:
        why = use.misused or use.entry.reason
    return Named(
        name=printable(f"{module}.{name}"),
        trusted=trusted,
        count=use.count,
        called=use.called,
        at=use.at,
        why=why,
    )


def printable(text: str) -> str:
    """Return a name as it can be shown on one line."""
    shown = "".join(each if each.isprintable() else "?" for each in text[:300])
    return shown if len(text) <= 300 else f"{shown}..."  # noqa: PLR2004 - the same 300


def loaded_as(module: str, name: str) -> tuple[str, str]:
    """Return the name that Python 3 imports for one that Python 2 wrote."""
    mapped = _compat_pickle.NAME_MAPPING.get((module, name))
    if mapped is not None:
        return mapped
    return _compat_pickle.IMPORT_MAPPING.get(module, module), name
