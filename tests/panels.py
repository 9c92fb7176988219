"""The shared panels beside the project, for tests that need them; they skip, saying so, where the folder is not there."""

import pytest
from conftest import ROOT

FOLDER = ROOT.parent / "shared" / "data"
WORKBOOKS = FOLDER / "workbooks"
needs_workbooks = pytest.mark.skipif(
    not WORKBOOKS.is_dir(), reason="the statistics office's workbooks (../shared/data/workbooks) are not here"
)
needs_panels = pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared panels (../shared/data) are not here")
