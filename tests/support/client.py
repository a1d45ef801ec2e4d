"""A small HTTP client for the black-box suites: no redirect followed, no cache, standard library only."""

import http.client
import json
import os
import unittest
from urllib.parse import urlencode, urlsplit

BASE_URL = os.environ.get("BASE_URL", "").rstrip("/")


def require_service():
    if not BASE_URL:
        print("SKIP BASE_URL absent : make test RING=3 démarre le service")
        raise unittest.SkipTest("BASE_URL absent")


class Real(float):
    """A JSON number that was written with a decimal point or an exponent."""


class Answer:
    def __init__(self, asked, response):
        self.asked, self.status, self.body = asked, response.status, response.read()
        self.headers = {name.lower(): value for name, value in response.getheaders()}

    @property
    def text(self):
        return self.body.decode()

    @property
    def media_type(self):
        return self.headers.get("content-type", "").split(";")[0].strip()

    def json(self):
        return json.loads(self.body, parse_float=Real)


def get(path, method="GET", body=None, **headers):
    """path: from the root, or one of our absolute links. headers: if_none_match="…"."""
    if path.startswith(BASE_URL):
        path = path.removeprefix(BASE_URL) or "/"
    connection = http.client.HTTPConnection(urlsplit(BASE_URL).netloc, timeout=60)
    try:
        connection.request(method, path, body=body, headers={k.replace("_", "-"): v for k, v in headers.items()})
        return Answer(path, connection.getresponse())
    finally:
        connection.close()


def ask(path, **query):
    """The JSON of a 200; a list of values repeats its parameter."""
    url = f"{path}?{urlencode(query, doseq=True, safe=':,/')}" if query else path
    answer = get(url)
    if answer.status != 200:
        raise AssertionError(f"{url} : {answer.status} {answer.text[:300]}")
    return answer.json()


def pages(collection, **query):
    """The pages of a collection, along its next links."""
    page = ask(f"/collections/{collection}/items", **query)
    while True:
        yield page
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            return
        page = ask(following[0])


def items(collection, **query):
    return [feature for page in pages(collection, **query) for feature in page["features"]]
