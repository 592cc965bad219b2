"""Why a message did not arrive, as a word: what a receiver or its host said is never repeated."""

from __future__ import annotations


class Undelivered(Exception):
    """An attempt that came to nothing before there was an answer; `problem` is a word of the delivery log."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem
