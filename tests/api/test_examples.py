"""The example requests of api-spec/ work as written."""

import re
import unittest

from context import ROOT, get, require_service

setUpModule = require_service

EXAMPLES = (ROOT / "api-spec/exemples.http").read_text(encoding="utf-8")
REQUEST = re.compile(r"^### (.+?)(?: \[(\d{3})\])?\nGET \{\{base\}\}(\S*)\n((?:[A-Za-z-]+: .*\n)*)", re.M)


class Examples(unittest.TestCase):
    def test_each_request_answers_with_the_status_of_its_title(self):
        requests = REQUEST.findall(EXAMPLES)
        self.assertEqual(len(requests), EXAMPLES.count("\nGET "), "every request must be read")
        self.assertGreater(len(requests), 10)
        for title, status, path, headers in requests:
            with self.subTest(title):
                given = dict(line.split(": ", 1) for line in headers.splitlines())
                self.assertEqual(get(path, **given).status, int(status or 200))


if __name__ == "__main__":
    unittest.main()
