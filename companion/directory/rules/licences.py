"""Which words of a licence let us pass a feed's records on through the read API.

A person reads a licence and writes its name down with the feed; here only that name is read. Words nobody
knows count as no: what is held back by mistake can be put right, what went out cannot be fetched back.
"""

from __future__ import annotations

import re

# What takes back or leaves open what the rest of the words may promise. NC and ND: not for every use, or not
# in the changed form in which we give records out.
_CLOSED = re.compile(
    r"\b(nc|nd|non ?commercial|no ?deriv\w*|all rights reserved|permission|proprietary|confidential|private|"
    r"internal|restricted|no|not|none|without|unless|except|unknown|unclear|unconfirmed|pending|tbc|only)\b"
)
_OPEN = re.compile(
    r"\b(oglv?|open government licen[cs]e|cc ?0|cc zero|creative commons zero|publicdomain zero|"
    r"public domain|cc ?by|creative ?commons (attribution|by|org licenses by)|"
    r"pddl|odbl|odc by|open database licen[cs]e|open data commons (attribution|public domain)|"
    r"cdla permissive|mit|bsd|apache)\b"
)


def may_republish(licence: str) -> bool:
    """Tell whether a feed under this licence (its name, SPDX id or address) may be given out again.

    Yes for OGL, CC0, CC BY, CC BY-SA, ODbL, ODC-BY, PDDL, public domain, and MIT, BSD and Apache data; no
    for anything with non-commercial, no-derivatives, permission or a denial in it, and for other words.
    """
    flat = " ".join(re.findall(r"[a-z0-9]+", licence.casefold()))
    # CC0's own slogan says no to rights, not to us; and a version must not hide the word it is glued to.
    flat = re.sub(r"(?<=[a-z])(?=[1-9])", " ", flat.replace("no rights reserved", ""))
    return bool(_OPEN.search(flat)) and not _CLOSED.search(flat)
