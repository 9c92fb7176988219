"""The shared panels beside the project, for tests that need them; they skip, saying so, where the folder is not there."""

import pytest
from conftest import ROOT

FOLDER = ROOT.parent / "shared" / "data"
needs_panels = pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared panels (../shared/data) are not here")
