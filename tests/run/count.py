#!/usr/bin/env python3
"""Counts what a test command did: count.py LOG EXIT-STATUS prints « passed failed skipped ».

Knows cargo-nextest, libtest, unittest, the TAP of Node and our own last line « N passed, N failed[, N skipped] ». Any other
command is one test, that its exit status decides. A Rust test that prints a SKIP line did not test.
"""

import re
import sys

OURS = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", re.M)
NEXTEST = re.compile(r"^\s+Summary \[.*?\] +\d+(?:/\d+)? tests? run: (.*)$", re.M)
LIBTEST = re.compile(r"^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored", re.M)
UNITTEST = re.compile(r"^Ran (\d+) tests? in [\d.]+s\n\n(?:OK|FAILED|NO TESTS RAN)(?: \((.*)\))?$", re.M)
TAP = re.compile(r"^# (pass|fail|skipped) (\d+)$", re.M)
SKIP = re.compile(r"^\s*SKIP\b", re.M)
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def named(text, *names):
    """Sum of the numbers that stand beside any of the names."""
    pairs = re.findall(r"(\d+) (\w+)", text) + [(n, w) for w, n in re.findall(r"([\w ]+)=(\d+)", text)]
    return sum(int(number) for number, word in pairs if word.strip() in names)


def count(text, status):
    text = ANSI.sub("", text)
    passed = failed = skipped = 0
    lines = len(SKIP.findall(text))
    # A script that counts by itself has counted what it ran with another tool.
    if own := list(OURS.finditer(text)):
        passed, failed, skipped = (sum(int(line[rank] or 0) for line in own) for rank in (1, 2, 3))
    elif tap := dict(TAP.findall(text)):
        passed, failed, skipped = (int(tap.get(word, 0)) for word in ("pass", "fail", "skipped"))
    else:
        for run in UNITTEST.finditer(text):
            bad, aside = (named(run[2] or "", *words) for words in (("failures", "errors"), ("skipped",)))
            passed, failed, skipped = passed + max(0, int(run[1]) - bad - aside), failed + bad, skipped + aside
        rust = [(int(run[1]), int(run[2])) for run in LIBTEST.finditer(text)]
        if nextest := list(NEXTEST.finditer(text)):
            # nextest shows what libtest printed; its own summary is the whole.
            rust = [(named(run[1], "passed"), named(run[1], "failed", "exec", "timed")) for run in nextest]
        aside = min(lines, sum(run[0] for run in rust))
        passed, failed = passed + sum(run[0] for run in rust) - aside, failed + sum(run[1] for run in rust)
        skipped += aside
    if passed + failed + skipped == 0:
        skipped = int(status == 0 and lines > 0)
        passed = int(status == 0 and not lines)
    if status != 0 and failed == 0:
        failed = 1
    return passed, failed, skipped


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8", errors="replace") as log:
        print(*count(log.read(), int(sys.argv[2])))
