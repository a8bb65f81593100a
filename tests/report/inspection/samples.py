"""Inspections made by hand, to be shown."""

from savebench.inspecting.found import ArrayFacts, Inspection, Named, Part


def array(path: str, size_bytes: int, what: str = "", same_as: str = "") -> Part:
    """Return an array of doubles as a part."""
    facts = ArrayFacts(
        dtype="float64", shape=(size_bytes // 8,), order="C", shrinks_to=0.3, same_as=same_as
    )
    return Part(path=path, type="numpy.ndarray", bytes=size_bytes, what=what, array=facts)


def forest(count: int = 100) -> Part:
    """Return a forest of trees that lie alike, each of 10 KB."""
    trees = []
    for number in range(count):
        path = f"estimators_[{number}].tree_"
        nodes, values = array(f"{path}.nodes", 8000), array(f"{path}.values", 2000)
        tree = Part(path=path, type="sklearn.tree._tree.Tree", bytes=10_000, parts=(nodes, values))
        trees.append(
            Part(
                path=f"estimators_[{number}]",
                type="sklearn.tree._classes.DecisionTreeClassifier",
                bytes=10_000,
                parts=(tree,),
            )
        )
    below = Part(path="estimators_", type="list", bytes=count * 10_000, parts=tuple(trees))
    return Part(
        path="",
        type="sklearn.ensemble._forest.RandomForestClassifier",
        bytes=count * 10_000,
        parts=(below,),
    )


HOSTILE = Inspection(
    source="mo\x1b[31mdel.pkl",
    container="pickle",
    protocol=0,
    file_bytes=1000,
    uncompressed_bytes=1000,
    globals=(
        Named(name="os.system", trusted=False, count=2, called=True, at=17, why="runs commands"),
    ),
    root=Part(
        path="",
        type="dict",
        bytes=960,
        parts=(array("['[bold]\x1b[2J\u202e']", 800), array("<script>alert(1)</script>", 160)),
    ),
    distrust=("an extension code (EXT1 7) at byte 40",),
)
"""Names that would steer a terminal, a page or rich."""
