"""Which modules of a file cannot be imported here: looked for on the disk, never imported."""

from collections.abc import Iterable
from importlib.machinery import all_suffixes
from importlib.util import find_spec
from pathlib import Path

from savebench.inspecting.found import Named
from savebench.inspecting.pickles.session import loaded_as


def missing_of(names: Iterable[Named]) -> dict[str, str]:
    """Return names whose module is not to be found here -> what would bring it ("": not known)."""
    found: dict[str, str] = {}
    known: dict[str, bool] = {}
    for each in names:
        module, _, name = each.name.rpartition(".")
        module = _without_classes(loaded_as(module, name)[0])
        if not module or module == "?":
            continue
        if module not in known:
            known[module] = is_here(module)
        if not known[module]:
            found[each.name] = ""
    return found


def _without_classes(module: str) -> str:
    """Return a module of ``pathlib.Path`` (of a class's method or inner class): ``pathlib``."""
    pieces = module.split(".")
    while len(pieces) > 1 and pieces[-1][:1].isupper():
        pieces.pop()
    return ".".join(pieces)


def is_here(module: str) -> bool:
    """Whether a module can be found, without running any code of its package."""
    top, *below = module.split(".")
    if top == "__main__" or not all(piece.isidentifier() for piece in (top, *below)):
        return False
    try:
        spec = find_spec(top)
    except (ImportError, ValueError, AttributeError):
        spec = None
    if spec is None:
        return _lies_in(Path.cwd(), top, below)
    places = [Path(place) for place in spec.submodule_search_locations or ()]
    for piece in below:
        if not places:
            return spec.submodule_search_locations is None and len(below) == 1 and _built_in(module)
        if any(_file_of(place, piece) for place in places):
            return True
        places = [place / piece for place in places if (place / piece).is_dir()]
    return bool(places) or not below


def _lies_in(folder: Path, top: str, below: list[str]) -> bool:
    """Whether a module lies in a folder: the current one, which Python puts on its path, too."""
    if _file_of(folder, top):
        return not below
    place = folder / top
    for piece in below:
        if _file_of(place, piece):
            return True
        place /= piece
    return place.is_dir() and (bool(below) or _file_of(place, "__init__"))


def _built_in(module: str) -> bool:
    """Whether a module of Python's own is an attribute of another: os.path."""
    return module == "os.path"


def _file_of(place: Path, piece: str) -> bool:
    return any((place / f"{piece}{suffix}").is_file() for suffix in all_suffixes())
