"""docs/refusals.md says what the catalogue says."""

from domain.refusals import Code
from tilbake.refusals_page import PAGE, page


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tilbake.refusals_page"


def test_every_code_stands_on_the_page_once() -> None:
    assert all(page().count(f"\n| `{code}` |") == 1 for code in Code)
