"""The counter must never make a failure disappear."""

import unittest

from count import count

NEXTEST = "     Summary [   0.5s] 12 tests run: 10 passed, 2 failed, 3 skipped\n"
LIBTEST = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n"


class Count(unittest.TestCase):
    def test_a_plain_command_is_one_test_that_its_status_decides(self):
        self.assertEqual(count("blah\n", 0), (1, 0, 0))
        self.assertEqual(count("blah\n", 101), (0, 1, 0))

    def test_nextest_leaves_out_what_its_filter_left_out(self):
        self.assertEqual(count(NEXTEST, 100), (10, 2, 0))
        self.assertEqual(count("  Summary [ 0.5s] 1 test run: 1 passed (1 slow), 0 skipped\n", 0), (1, 0, 0))

    def test_nextest_has_counted_what_libtest_printed_under_it(self):
        self.assertEqual(count(LIBTEST + NEXTEST, 100), (10, 2, 0))
        timed = "  Summary [ 9.0s] 4 tests run: 2 passed, 1 timed out, 1 exec failed, 0 skipped\n"
        self.assertEqual(count(timed, 100), (2, 2, 0))

    def test_libtest_runs_are_summed(self):
        self.assertEqual(count(LIBTEST * 2, 0), (6, 0, 0))

    def test_a_rust_test_that_says_skip_is_not_a_success(self):
        self.assertEqual(count("    SKIP no database\n" + LIBTEST, 0), (2, 0, 1))

    def test_unittest_failures_errors_and_skips(self):
        text = "Ran 9 tests in 0.1s\n\nFAILED (failures=1, errors=2, skipped=3)\n"
        self.assertEqual(count(text, 1), (3, 3, 3))
        self.assertEqual(count("Ran 2 tests in 0.1s\n\nOK\n", 0), (2, 0, 0))

    def test_the_tap_of_node(self):
        text = "ok 1 - a\nnot ok 2 - b\n# tests 3\n# pass 1\n# fail 1\n# skipped 1\n"
        self.assertEqual(count(text, 1), (1, 1, 1))

    def test_our_own_line(self):
        self.assertEqual(count("5 passed, 1 failed\n", 1), (5, 1, 0))
        self.assertEqual(count("SKIP without QGIS\n5 passed, 0 failed, 2 skipped\n", 0), (5, 0, 2))

    def test_our_own_line_has_counted_what_another_tool_ran(self):
        text = "Ran 6 tests in 0.1s\n\nOK (skipped=1)\nSKIP here\n6 passed, 0 failed, 1 skipped\n"
        self.assertEqual(count(text, 0), (6, 0, 1))

    def test_a_bad_status_is_a_failure_whatever_the_text_says(self):
        self.assertEqual(count("5 passed, 0 failed\n", 1), (5, 1, 0))
        self.assertEqual(count("SKIP\n", 1), (0, 1, 0))

    def test_a_script_that_only_skips(self):
        self.assertEqual(count("SKIP without data\n", 0), (0, 0, 1))

    def test_an_interrupted_nextest_run_is_a_failure(self):
        self.assertEqual(count("  Summary [ 1.0s] 4/9 tests run: 4 passed, 0 skipped\n", 130), (4, 1, 0))


if __name__ == "__main__":
    unittest.main()
