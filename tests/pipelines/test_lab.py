"""JupyterLab on this computer alone: a token, Vietnamese menus, no news from the network, nothing in the home folder."""

import json
import re
import socket
import time
import urllib.error
import urllib.request

import psutil
from conftest import start


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def patiently(address):
    """The address is printed a moment before somebody listens there."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                return answer.read().decode("utf-8")
        except urllib.error.URLError as error:
            if isinstance(error, urllib.error.HTTPError):
                raise
            time.sleep(0.2)
    raise AssertionError(f"nobody listens at {address}")


def test_lab_asks_for_its_token_and_speaks_vietnamese(project, tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    process = start(project, "lab", "--no-browser", "--port", str(free_port()))
    try:
        address = ""
        while not address:
            line = process.stderr.readline()
            assert line, "JupyterLab ended"
            found = re.search(r"http://127\.0\.0\.1:\d+/lab\?token=\w+", line)
            address = found[0] if found else ""
        page = patiently(address)
        config = json.loads(
            re.search(r'<script id="jupyter-config-data" type="application/json">(.*?)</script>', page, re.DOTALL)[1]
        )
        assert config["news"] == {"disabled": True}
        try:
            urllib.request.urlopen(address.split("/lab")[0] + "/api/contents", timeout=30)
            raise AssertionError("answered without the token")
        except urllib.error.HTTPError as error:
            assert error.code == 403
        settings = project / "data/processed/lab/settings/@jupyterlab/translation-extension/plugin.jupyterlab-settings"
        assert json.loads(settings.read_text(encoding="utf-8")) == {"locale": "vi_VN"}
        listening = [
            c.laddr.ip
            for p in [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
            for c in p.net_connections()
            if c.status == psutil.CONN_LISTEN
        ]
        assert set(listening) == {"127.0.0.1"}
        assert not list(home.iterdir())
    finally:
        for member in [*psutil.Process(process.pid).children(recursive=True), process]:
            member.kill()
        process.communicate()
