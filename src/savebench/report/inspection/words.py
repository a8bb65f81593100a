"""How the finds of an inspection are said: names made visible, arrays, shares, what it is."""

from savebench.inspecting.found import ArrayFacts, Inspection, Named, Part
from savebench.inspecting.tree import Large
from savebench.units import counted, human_bytes

_LONGEST = 160
_LONGEST_DTYPE = 16
_SMALL_SHARE = 0.001
_CONTAINERS = {
    "pickle": "a pickle",
    "joblib": "a joblib file",
    "skops": "a skops file",
    "npz": "a NumPy archive (npz)",
    "npy": "a NumPy array (npy)",
    "onnx": "an ONNX model",
    "xgboost": "a model in XGBoost's own format",
    "lightgbm": "a model in LightGBM's own format",
    "savebench-oob": "savebench's own container (pickle-oob)",
}
_COMPRESSIONS = {"none": "not compressed", "joblib-zf": "zlib, as joblib before 0.10 stored it"}


def visible(text: str, longest: int = _LONGEST) -> str:
    """Return a name from a file on one line: what would not print is written as an escape."""
    cut = text if len(text) <= longest else f"{text[: longest - 3]}..."
    return "".join(each if each.isprintable() else _escaped(each) for each in cut)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def share_text(share: float) -> str:
    """Return a share as a percentage: ``"24 %"``, ``"0.4 %"``, ``"<0.1 %"``."""
    if 0 < share < _SMALL_SHARE:
        return "<0.1 %"
    return f"{100 * share:.1f} %" if share < 0.0995 else f"{100 * share:.0f} %"  # noqa: PLR2004


def share_of(size_bytes: int, root: Part | None) -> float:
    """Return how much of the whole so many bytes are."""
    return size_bytes / root.bytes if root is not None and root.bytes else 0.0


def short_type(dotted: str) -> str:
    """Return the last part of a dotted name: ``"ndarray"``."""
    return visible(dotted.rpartition(".")[2] or dotted)


def dtype_text(dtype: str) -> str:
    """Return a dtype in a word: ``"float64"``; one of many fields is only counted."""
    short = dtype.removeprefix("dtype(").rstrip(")").strip("'\"")
    if len(short) <= _LONGEST_DTYPE and " of " not in short:
        return visible(short)
    if short.startswith(("[", "{")) or " of " in short:
        return "structured"
    return visible(short, _LONGEST_DTYPE)


def array_text(array: ArrayFacts, *, shrinks: bool = True, count: int = 1) -> str:
    """Return what an array is: ``"float64 (1000, 20), F order, shrinks to 12 %"``.

    Several that lie alike have a shape if it is one; ``()`` says that they differ.
    """
    said = dtype_text(array.dtype)
    if array.shape or count == 1:
        said += f" {array.shape}".replace(",)", ")")
    if array.order != "C" and len(array.shape) > 1:
        said += f", {array.order} order" if array.order == "F" else ", strided"
    if shrinks and array.shrinks_to is not None:
        said += f", shrinks to {share_text(array.shrinks_to)}"
    if array.same_as:
        said += f", the same bytes as {visible(array.same_as)}"
    return said


def kind_text(part: Part, *, shrinks: bool = False, count: int = 0) -> str:
    """Return what a part is: its array's dtype and shape, or its class; how many are told as it."""
    number = count or part.count
    if part.array is None:
        kind = short_type(part.type)
    else:
        kind = array_text(part.array, shrinks=shrinks, count=part.count)
    return f"{number:,} like {kind}" if number > 1 else kind


def path_text(path: str) -> str:
    """Return a path made visible; the model itself has none."""
    return visible(path) if path else "(the model)"


def large_text(each: Large) -> str:
    """Return what one of the largest is: ``"100 like float64 (631, 1, 2), shrinks to 12 %"``."""
    return kind_text(each.part, shrinks=True, count=each.count)


def is_object(inspection: Inspection) -> bool:
    """Return whether it is of an object in memory: a file of no known kind has no tree."""
    return inspection.container == "unknown" and inspection.root is not None


def heading(inspection: Inspection) -> str:
    """Return the file's name and what it is."""
    source = visible(inspection.source)
    if is_object(inspection):
        return f"{source}: an object in memory"
    return f"{source}: {_CONTAINERS.get(inspection.container, 'not a model that is known here')}"


def size_text(inspection: Inspection) -> str:
    """Return the sizes on the disk and unpacked."""
    if is_object(inspection):
        return f"{human_bytes(inspection.file_bytes)} in memory"
    size = f"{human_bytes(inspection.file_bytes)} on the disk"
    if inspection.uncompressed_bytes != inspection.file_bytes:
        size += f", {human_bytes(inspection.uncompressed_bytes)} unpacked"
    return size


def facts(inspection: Inspection) -> list[tuple[str, str]]:
    """Return what stands at the top: labels and texts, a line each."""
    found = [("size", size_text(inspection))]
    if not is_object(inspection):
        compression = inspection.compression
        found.append(("compression", _COMPRESSIONS.get(compression, compression)))
    if inspection.protocol is not None:
        found.append(("protocol", f"{inspection.protocol} (pickle)"))
    written = ", ".join(f"{visible(k)} {visible(v)}" for k, v in inspection.written_by.items())
    if written:
        found.append(("written by", written))
    if inspection.classes:
        found.append(("classes", _names(inspection.classes)))
    if inspection.missing:
        found.append(("missing here", _missing(inspection)))
    if not is_object(inspection):
        found.append(("trusted", trust_text(inspection)))
    if inspection.damage:
        found.append(("damaged", visible(inspection.damage, 400)))
    return found


def _names(names: tuple[str, ...], most: int = 8) -> str:
    shown = ", ".join(short_type(each) for each in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def _missing(inspection: Inspection) -> str:
    return ", ".join(
        f"{visible(name)} ({visible(brings)})" if brings else visible(name)
        for name, brings in inspection.missing.items()
    )


def trust_text(inspection: Inspection) -> str:
    """Return whether loading it runs only what was reviewed, in a few words."""
    names = len(inspection.globals)
    bad = sum(not each.trusted for each in inspection.globals)
    if inspection.trusted:
        return (
            "yes: all that it names is on the reviewed list"
            if names
            else "yes: it names nothing to import"
        )
    if bad:
        of = f"{bad} of " if bad != names else ""
        are = "is" if bad == names == 1 else "are"
        return f"no: {of}{counted(names, 'name')} in it {are} not on the reviewed list"
    if inspection.distrust:
        return "no: beside names, something speaks against it"
    return "no: it could not be read to its end"


def against(inspection: Inspection) -> list[str]:
    """Return what speaks against loading the file, a line each: names, then what else."""
    named = [_against_name(each) for each in inspection.globals if not each.trusted]
    return [*named, *(visible(each, 400) for each in inspection.distrust)]


def _against_name(named: Named) -> str:
    use = "called" if named.called else "referred to"
    times = f", {named.count} times" if named.count > 1 else ""
    why = f": {visible(named.why, 400)}" if named.why else ""
    return f"{visible(named.name)}, {use} at byte {named.at:,}{times}{why}"
