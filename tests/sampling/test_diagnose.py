"""From which values on the summary warns of poor draws."""
import numpy as np
import pytest


@pytest.mark.extras
def test_thresholds_of_the_diagnostics():
    import pandas as pd

    from gibbspool.sampling.arviz_bridge import diagnose

    def said(r_hat, ess):
        table = pd.DataFrame({"r_hat": [r_hat], "ess_bulk": [ess], "ess_tail": [ess]}, index=["mu"])
        return diagnose(table, {})

    assert not said(1.0099, 401)
    assert len(said(1.0101, 401)) == 1 and len(said(1.0, 399)) == 1
    assert "too few draws" in said(np.nan, 500)[0]
