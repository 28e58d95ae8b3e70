"""The small site in a browser, for every file of tests of the live page."""

from tests.browser.live_page import page

__all__ = ["page"]
