"""Reading what an organisation says about treatment: windows of injections, its policy on missed visits."""

from __future__ import annotations

import re

from companion.content.rules.parsing import source_of
from companion.content.rules.reading import Fields, Problems, no_repeats
from companion.content.rules.shapes import MissedPolicy, Product

# A week and a month with room; more would reach beyond the closed days we look at.
LONGEST_WINDOW = 14
LONGEST_EVERY = {"week": 12, "month": 6}
# What a policy may never say: what to do with a dose, an amount, blame, a promise that somebody watches.
_ADVICE = re.compile(
    r"\b(take|skip\w*|double|catch up|make up for|safe to|fail\w*|relaps\w*|streak\w*|\w*complian\w*"
    r"|clean|dirty|addict\w*|abus\w*|monitor\w*|alert\w*|will respond|[0-9]+\s?(m?g|ml|mcg|tablets?|pills?)"
    r"|(more|less|half|usual) (of )?(your |the )?(dose|medicine))\b",
    re.IGNORECASE,
)


def advice_in(words: str) -> str | None:
    """Return the first words that a policy may not hold, or None."""
    found = _ADVICE.search(words)
    return found.group(0) if found else None


def parse_products(raw: object, file: str) -> tuple[Product, ...]:
    """Return the injections an organisation gives, each with its window, its source and a date."""
    problems = Problems(file)
    top = Fields(raw, problems)
    products = []
    for part in top.items("products", least=0, most=40):
        every = part.part("every")
        unit = every.choice("unit", LONGEST_EVERY)
        product = Product(
            key=part.key(),
            name=part.line("name", most=60),
            unit=unit,
            count=every.number("count", least=1, most=LONGEST_EVERY[unit]),
            window_before_days=part.number("window_before_days", least=0, most=LONGEST_WINDOW),
            window_after_days=part.number("window_after_days", least=0, most=LONGEST_WINDOW),
            source=source_of(part.part("source")),
        )
        every.done()
        part.done()
        products.append(product)
    top.done()
    no_repeats(problems, "products", (product.key for product in products))
    problems.stop_if_any()
    return tuple(products)


def parse_policy(raw: object, file: str) -> MissedPolicy:
    """Return the policy on missed visits; nothing in it applies until it is switched on."""
    problems = Problems(file)
    top = Fields(raw, problems)
    part = top.part("missed_collections")
    policy = MissedPolicy(
        switched_on=part.flag("switched_on"),
        limit=part.number("limit", least=1, most=14),
        before=part.line("before", most=400),
        at_limit=part.line("at_limit", most=400),
        naloxone=part.line("naloxone", most=400),
    )
    for name in ("before", "at_limit", "naloxone"):
        fault = advice_in(getattr(policy, name))
        if fault is not None:
            part.wrong(name, f"Take out “{fault}”: these words may not advise, blame or name amounts.")
    part.done()
    top.done()
    problems.stop_if_any()
    return policy
