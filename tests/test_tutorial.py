"""The tutorial's example: five houses, saved and loaded, and the same price afterwards."""

from pathlib import Path

import pytest

from savebench.catalogue.providers import load_catalogue


@pytest.mark.parametrize("name", ["pickle", "joblib"])
def test_a_house_costs_the_same_before_and_after(tmp_path: Path, name: str) -> None:
    """5000 square feet: 859,554.79 dollars; and the coefficient is the same."""
    catalogue = load_catalogue()
    house_prices = catalogue.workloads["home-prices"].row
    model = house_prices.build(1000, 0)
    assert f"{model.predict([[5000]])[0]:,.2f}" == "859,554.79"

    serializer = catalogue.serializers[name].row
    serializer.dump(model, tmp_path / "model")
    loaded = serializer.load(tmp_path / "model")

    assert f"{loaded.predict([[5000]])[0]:,.2f}" == "859,554.79"
    assert loaded.coef_ == model.coef_
