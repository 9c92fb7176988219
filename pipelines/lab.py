"""The `lab` command: JupyterLab on this computer alone, with a token, Vietnamese menus, and nothing asked of the network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.progress import Lines

if TYPE_CHECKING:
    from analysis.settings import Settings

LOCALES = {"vi": "vi_VN", "en": "en"}
QUIET = (
    "--ServerApp.ip=127.0.0.1",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
)


def run(settings: Settings, lang: str, port: int, no_browser: bool) -> int:
    """Start JupyterLab in notebooks/ and wait for its end; its own files go to data/processed/lab. Returns its exit code."""
    home = settings.processed / "lab"
    _write_settings(home, lang)
    command = [sys.executable, "-m", "jupyterlab", *QUIET, f"--ServerApp.port={port}"]
    command += [f"--ServerApp.root_dir={settings.root / 'notebooks'}"]
    if no_browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    Lines(lang).say("lab_begins", port=port)
    process = subprocess.Popen(command, env=_variables(home), cwd=settings.root)
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        return 0


def _variables(home: Path) -> dict[str, str]:
    folders = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime"}
    folders |= {"IPYTHONDIR": "ipython", "JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces"}
    folders |= {"NPM_CONFIG_CACHE": "npm"}  # JupyterLab asks npm, where there is one, for its version
    return {**os.environ, **{name: str(home / folder) for name, folder in folders.items()}}


def _write_settings(home: Path, lang: str) -> None:
    """Choose the language of the menus and switch off the announcements, which would ask the network."""
    chosen = {
        "settings/@jupyterlab/translation-extension/plugin.jupyterlab-settings": {"locale": LOCALES[lang]},
        "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings": {
            "fetchNews": "false",
            "checkForUpdates": False,
        },
    }
    for name, content in chosen.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
