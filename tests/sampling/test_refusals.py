"""What the sampler refuses before it starts."""
import pytest

import gibbspool as gp


@pytest.mark.parametrize("model", [3, None, gp.NormalNormal])
def test_what_is_no_model_is_refused(model):
    with pytest.raises(TypeError, match="must be a model object"):
        gp.sample(model)
    assert not gp.check_conditionals(model).ok


@pytest.mark.parametrize("keep", [[], None])
def test_keeping_nothing_is_refused(schools, keep):
    with pytest.raises(ValueError, match="keep is"):
        gp.sample(gp.NormalNormal(schools.y, schools.sigma), keep=keep)
