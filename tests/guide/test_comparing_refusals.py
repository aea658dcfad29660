"""Models that cannot be compared."""
import pytest

import gibbspool as gp


@pytest.mark.extras
def test_comparison_refuses_other_data(schools):
    a = gp.NormalNormal(schools.y, schools.sigma)
    b = gp.NormalNormal(schools.y + 100, schools.sigma)
    with pytest.raises(ValueError, match="another y"):
        gp.compare({"a": a, "b": b})
    with pytest.raises(TypeError, match="models is a list"):
        gp.compare([a, b])
