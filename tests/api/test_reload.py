"""A service of its own: not ready before its atlas, then each new atlas taken in, a broken one refused, a clean end."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

from context import require_service

setUpModule = require_service


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Reload(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        self.atlas = Path(self.dir.name) / "atlas.gpkg"
        self.source = Path(os.environ["DEMO_DIR"]) / "pemb-demo.gpkg"
        shutil.copy(self.source, self.atlas)
        self.base = f"http://127.0.0.1:{free_port()}"
        command = [os.environ["ESSAIM_BIN"], "serve", "--atlas", str(self.atlas), "--listen", self.base[7:]]
        self.server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        self.addCleanup(self.server.wait)
        self.addCleanup(self.server.kill)
        self.until(lambda: self.get("/readyz")[0] == 200)

    def get(self, path):
        try:
            with urllib.request.urlopen(self.base + path, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def until(self, condition):
        deadline = time.monotonic() + 30
        while not condition():
            self.assertLess(time.monotonic(), deadline, "waited too long")
            time.sleep(0.1)

    def replace(self, write):
        aside = self.atlas.with_suffix(".new")
        write(aside)
        aside.replace(self.atlas)

    def test_a_broken_atlas_is_refused_while_the_former_goes_on_then_mended(self):
        version = self.get("/readyz")[1].splitlines()[0]
        self.replace(lambda path: path.write_bytes(b"ce n'est pas un GeoPackage" * 1000))
        self.until(lambda: "refus" in self.get("/readyz")[1])
        for probe in ("/readyz", "/healthz"):
            status, text = self.get(probe)
            self.assertEqual(status, 200)
            self.assertIn(version, text)
            self.assertNotIn(str(self.atlas), text)
        self.assertEqual(self.get("/aggregates?par=famille")[0], 200)
        self.replace(lambda path: shutil.copy(self.source, path))
        self.until(lambda: self.get("/readyz")[1] == f"{version}\n")
        self.assertEqual(self.get("/healthz")[1], "ok\n")

    def test_a_termination_signal_ends_it_cleanly(self):
        self.server.send_signal(signal.SIGTERM)
        self.assertEqual(self.server.wait(timeout=20), 0)


if __name__ == "__main__":
    unittest.main()
