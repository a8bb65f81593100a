"""What a test asks is checked before any process starts, with one clear line for each mistake."""

from typing import Any

import pytest

from savebench.catalogue.providers import Catalogue, load_catalogue
from savebench.catalogue.rows import Entry
from savebench.errors import UsageError
from savebench.persistence.asked import Asked, RatioLimit, parse_asked
from savebench.persistence.production import Production
from tests.persistence.models import Doubler, Mutable


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """Return the catalogue that is installed."""
    return load_catalogue()


def _ask(catalogue: Catalogue, model: Any = None, **asked: Any) -> Asked:
    defaults: dict[str, Any] = {
        "serializers": ("pickle", "joblib"),
        "method": None,
        "max_size": None,
        "max_ratio": None,
        "rounds": 10,
        "timeout": "60s",
        "production": Production(),
    }
    return parse_asked(Doubler() if model is None else model, catalogue, **{**defaults, **asked})


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"serializers": ["pickel"]}, "no serializer is called .* 'pickel': did you mean pickle"),
        ({"serializers": []}, "serializers is empty"),
        ({"serializers": "raw-copy"}, "raw-copy is a floor: it keeps arrays and no model"),
        ({"method": "forecast"}, r"this Doubler has no forecast\(\)"),
        ({"model": object()}, "this object has none of predict, .* name the method that answers"),
        ({"max_size": "2 parsecs"}, "max_size: '2 parsecs' is not a size"),
        ({"max_size": 0}, "max_size=0 is not a size"),
        ({"max_size": {"dill": "1KB"}}, "max_size limits 'dill', which is not among"),
        ({"max_ratio": {"speed": ("pickle", 2)}}, "no metric 'speed'; it knows size_bytes, dump_s"),
        ({"max_ratio": {"load_s": 1.5}}, r"max_ratio\['load_s'\]=1.5: write a serializer"),
        ({"max_ratio": {"load_s": ("pickle", 0)}}, "how many times its value is allowed"),
        ({"max_ratio": {"load_s": ("pickel", 1)}}, "did you mean pickle"),
        ({"max_ratio": 1.5}, "max_ratio=1.5: write it like"),
        ({"rounds": 5}, "rounds=5: ask for 6 or more"),
        ({"timeout": "soon"}, "'soon' is not a duration"),
        ({"timeout": None}, "timeout None is not a duration; write it like 30s"),
        ({"timeout": 0}, "timeout 0 is not a duration"),
        ({"timeout": True}, "timeout True is not a duration"),
        ({"timeout": float("nan")}, "timeout nan is not a duration"),
        ({"serializers": None}, "serializers=None: write names"),
        ({"serializers": [1]}, r"serializers=\[1\]: write names"),
        ({"method": 3}, "method=3: write a name, like 'predict'"),
        ({"max_ratio": {"load_s": ("pick*", 2)}}, "names 'pick\\*'; name one serializer there"),
        ({"max_ratio": {"load_s": ("pickle", "2")}}, "how many times its value is allowed"),
        ({"max_ratio": {"load_s": ("pickle", True)}}, "how many times its value is allowed"),
        ({"max_ratio": []}, r"max_ratio=\[\]: write it like"),
    ],
)
def test_a_mistake_is_one_clear_line(
    catalogue: Catalogue, asked: dict[str, Any], message: str
) -> None:
    """It says what is wrong and what to write instead."""
    with pytest.raises(UsageError, match=message) as caught:
        _ask(catalogue, **asked)
    assert "\n" not in str(caught.value)


def test_what_is_named_but_not_installed_gives_the_command(catalogue: Catalogue) -> None:
    """A glob leaves it out instead."""
    from dataclasses import replace

    row = replace(catalogue.serializers["dill"].row, requires=("not-installed-anywhere",))
    rows = {**catalogue.serializers, "dill": Entry(row, "module:rows", "nobody 1")}
    without = Catalogue(rows, catalogue.workloads)
    with pytest.raises(UsageError, match=r"dill needs .*: pip install not-installed-anywhere"):
        _ask(without, serializers=["dill"])
    assert list(_ask(without, serializers=["pickle", "dil*"]).serializers) == ["pickle"]


def test_serializers_come_in_the_order_asked_and_the_baseline_joins_them(
    catalogue: Catalogue,
) -> None:
    """A ratio needs both of its sides."""
    asked = _ask(catalogue, serializers=["joblib"], max_ratio={"load_s": ("pickle", 1.5)})
    assert list(asked.serializers) == ["joblib", "pickle"]
    assert asked.ratios == (RatioLimit("load_s", "pickle", 1.5),)
    assert asked.limited_kinds == {"load"}


def test_a_limit_on_sizes_needs_no_times(catalogue: Catalogue) -> None:
    """Sizes are known from the check."""
    asked = _ask(catalogue, max_size="2MB", max_ratio={"size_bytes": ("pickle", 1.5)})
    assert asked.max_size_bytes == {"pickle": 2_000_000, "joblib": 2_000_000}
    assert not asked.limited_kinds


@pytest.mark.parametrize(
    ("model", "method"), [(Doubler(), "predict"), (Mutable(), "transform"), (len, "__call__")]
)
def test_the_method_is_the_first_that_the_model_has(
    catalogue: Catalogue, model: Any, method: str
) -> None:
    """A function is called."""
    assert _ask(catalogue, model).method == method
