"""Whether answers fit a measure. Nothing is added up here: a measure has no total."""

from __future__ import annotations

from collections.abc import Mapping

from companion.content.rules.shapes import Measure
from companion.core.errors import RuleBroken


def check_answers(measure: Measure, version: str, answers: Mapping[str, int | None]) -> None:
    """Raise RuleBroken unless the version is the one in use and each answer is empty or in its range."""
    if version != measure.version:
        raise RuleBroken("These questions have changed. Open them again.", "version")
    questions = {question.key: question for question in measure.questions}
    for key, answer in answers.items():
        question = questions.get(key)
        if question is None:
            raise RuleBroken("We do not know this question. Leave it out.", f"answers.{key}")
        if answer is not None and not question.min <= answer <= question.max:
            raise RuleBroken(f"Choose a number from {question.min} to {question.max}.", f"answers.{key}")
