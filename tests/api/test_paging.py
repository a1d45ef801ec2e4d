"""Paging by token: every feature once, in order; a token refused outside its own question."""

import unittest
from urllib.parse import parse_qs, urlsplit

from context import COLLECTIONS, ask, get, require_service

setUpModule = require_service

ITEMS = "/collections/structures/items"


def following(page):
    return next((link["href"] for link in page["links"] if link["rel"] == "next"), None)


def token(page):
    return parse_qs(urlsplit(following(page)).query)["jeton"][0]


class Paging(unittest.TestCase):
    def test_following_next_gives_every_feature_once_in_order(self):
        for collection in COLLECTIONS:
            whole = ask(f"/collections/{collection}/items", limit=10_000)
            seen, page = [], ask(f"/collections/{collection}/items", limit=max(1, whole["numberMatched"] // 7))
            while page:
                self.assertEqual(page["numberMatched"], whole["numberMatched"])
                self.assertEqual(page["numberReturned"], len(page["features"]))
                seen += page["features"]
                page = ask(following(page)) if following(page) else None
            self.assertEqual(seen, whole["features"], collection)

    def test_a_token_keeps_its_filters_and_its_page_size(self):
        first = ask(ITEMS, limit=5, famille="associations")
        second = ask(following(first))
        self.assertEqual(second["numberReturned"], 5)
        self.assertEqual({each["properties"]["famille"] for each in second["features"]}, {"associations"})
        wider = ask(ITEMS, limit=10, famille="associations")
        self.assertEqual(first["features"] + second["features"], wider["features"])

    def test_a_token_of_another_question_is_refused(self):
        asked = token(ask(ITEMS, limit=5))
        for path in (f"{ITEMS}?famille=associations&jeton={asked}", f"/collections/iris/items?jeton={asked}"):
            answer = get(path)
            self.assertEqual((answer.status, answer.json()["parameter"]), (400, "jeton"), path)

    def test_a_spoiled_token_is_refused(self):
        asked = token(ask(ITEMS, limit=5))
        for bad in (asked[:-1], asked + "0", asked.replace("~", "-"), "x", "~~~"):
            answer = get(f"{ITEMS}?jeton={bad}")
            self.assertEqual((answer.status, answer.json()["parameter"]), (400, "jeton"), bad)
        self.assertEqual(get(f"{ITEMS}?jeton={asked}&offset=5").status, 400)


class Identifiers(unittest.TestCase):
    def test_a_request_is_numbered_and_keeps_the_number_it_came_with(self):
        self.assertEqual(get("/healthz", x_request_id="essai-1").headers["x-request-id"], "essai-1")
        made = {get("/healthz").headers["x-request-id"] for _ in range(5)}
        self.assertEqual(len(made), 5)
        self.assertTrue(get("/rien").headers["x-request-id"])


if __name__ == "__main__":
    unittest.main()
