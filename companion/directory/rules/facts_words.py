"""The words that say yes or no to a fact, one table. Texts come folded: small letters, hyphens as spaces.

Patterns of a fact stand in the order in which they read; what one has read the next ones do not see. So
"no appointment needed" is read before "appointment needed", and a trap (an answer of "not said") such as
"free parking" is read before "free".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from companion.directory.rules.record import Said

Pattern = tuple[Said, re.Pattern[str]]

# Words that turn a sentence round, and as much as may stand between without a full stop or a comma.
_NOT = r"\b(?:no|not|never|cannot|can ?not|can't|don't|doesn't|isn't|aren't|unable to|no longer|sorry)\b"
_GAP = r"[^.;,!]{0,40}"
_NEED = r"(?:need(?:ed)?|require[ds]?|necessary|essential|compulsory)"
_NEEDED = rf"(?: (?:is|are|will be))? {_NEED}"
_PAPER = (
    r"(?:(?:any|an?|some|your|photo|photographic|valid|forms?|of|proof|fixed|permanent|local|or|and) ){0,6}"
    r"(?:id|identification|identity|address|abode|paperwork)\b"
)
_SCRIPT = (
    r"(?:(?:a|any|an?|your|their|on|opioid|opiate|methadone|current) ){0,6}"
    r"(?:scripts?|methadone|ost|mat|physeptone|buprenorphine|subutex|espranor|buvidal|suboxone"
    r"|(?:opioid|opiate) substitut\w+|substitution (?:treatment|therapy)"
    r"|substitute (?:medication|prescri\w+))\b"
)
_DRY = (
    r"(?:abstinent(?! from alcohol)|(?:alcohol (?:and|or) )?drugs?(?: (?:and|or) alcohol)? free"
    r"|substance free|(?:fully )?detoxed|clean and sober|off (?:all )?drugs"
    r"|free (?:from|of) (?:all )?(?:drugs|substances|illicit))"
)
_LANGUAGE = (
    r"(?:arabic|bengali|bulgarian|cantonese|czech|dari|farsi|french|gujarati|hindi|hungarian|italian|kurdish|"
    r"latvian|lithuanian|mandarin|pashto|persian|polish|portuguese|punjabi|romanian|russian|slovak|somali|spanish|"
    r"tigrinya|turkish|ukrainian|urdu|vietnamese|welsh)"
)
_HELPER_DOG = (
    r"(?:registered )?(?:assistance|guide|hearing|service)(?: and (?:assistance|guide|hearing))? dogs?"
)


def _table(yes_no: str) -> tuple[Pattern, ...]:
    """Return the patterns of lines `yes: …`, `no: …` and `trap: …`; a line that starts with | goes on."""
    answers = {"yes": Said.YES, "no": Said.NO, "trap": Said.NOT_SAID}
    whole = re.sub(r"\n\s*\|", "|", yes_no.strip())
    lines = (line.strip().partition(": ") for line in whole.splitlines())
    return tuple((answers[kind], re.compile(pattern)) for kind, _, pattern in lines)


WORDS: Mapping[str, tuple[Pattern, ...]] = MappingProxyType({
    "self_referral": _table(rf"""
        yes: \bno referrals? (?:is |are )?{_NEED}|\bno (?:need for (?:a )?)?referral\b(?! {_NEED})
          |\bwithout (?:needing )?(?:a )?referral
        yes: \breferrals? (?:is |are )?not {_NEED}|(?:do not|don't|no) need (?:a |any |to be )?referr\w+
          |not need (?:a |to be )referr\w+
        no: {_NOT}[^.;,!]{{0,25}}self refer\w*|self referrals? (?:is |are )?not (?:accepted|possible|taken
          |available)
        yes: self refer\w*(?: only)?{_GAP}\b(?:referr\w+|professionals?|gps?)\b|(?:\b(?:gp|doctor
          |professional|agency)s?(?: referrals?)? )?\b(?:or|and)(?: by)? self refer\w*
          |\bself referrals? only
        no: \b(?:referrals?|referred) only|\bmust be referred|\bneeds? (?:a referral|to be referred)
          |\breferral (?:is )?{_NEED}
        no: \b(?:gp|professional|agency) referral|\bonly (?:accept|take)s? referrals? (?:from|by|through
          |via)|\bby referral
        trap: {_NOT}[^.;,!]{{0,25}}\bdrop ins?\b|\bdrop in (?:income|mood|confidence|energy)
        yes: \bself refer\w*|\brefer yourself|\bget in touch yourself|\b(?:drop|walk) ins?\b
          |\bjust (?:turn|come|walk|pop|drop)\b|\banyone can (?:come|attend|join|drop)
    """),
    "drop_in": _table(rf"""
        trap: \b(?:a|any|sudden|sharp|the) drop in (?!centre|center|clinic|session|service|advice|group
          |for |on |at |every |each |and |or |cafe)\w+|\bwalk in (?:shower|bath|wardrobe|fridge)
        yes: \bno (?:need (?:to book|for an appointment)|(?:appointment|booking)s?(?: (?:is
          |are))?(?: {_NEED})?)|\bwithout (?:an )?appointment
        yes: \b(?:do not|don't) (?:need|have) to (?:book|make an appointment)|\b(?:do not
          |don't) need an appointment|\b(?:appointment|booking)s? (?:is |are )?not {_NEED}
        no: {_NOT}[^.;,!]{{0,25}}\b(?:drop|walk) ins?\b|\b(?:drop
          |walk) ins? (?:is |are |service |sessions? ){{0,6}}(?:not|suspended|no longer|closed)\b
        no: \bappointments? only|\bby appointment\b|\bappointments?(?: must be made|{_NEEDED})|\b(?:booking
          |pre booking|advance booking){_NEEDED}|\bmust (?:be )?book(?:ed)?\b
        yes: \bdrop ins?\b|\bwalk ins?\b|\bjust (?:turn up|come along|walk in|pop in|come in|drop by)
          |\bturn up on the day|\bpop in\b
    """),
    "no_id": _table(rf"""
        no: \bno (?:id|identification)\b,? (?:means )?no (?:entry|service|access|parcel|food|help)|(?:cannot
          |can't|not|no \w+){_GAP} without {_PAPER}
        no: \bmust (?:have|live at|give) {_PAPER}|\bnot (?:open to|available to|for) (?:people|those
          |anyone) (?:with|of) no fixed
        yes: \b(?:no need|do not|don't|does not|doesn't|never|not)(?: \w+)? ?(?:need|ask|have to
          |require)(?: (?:to|for|bring|show|have|provide|give|see))* {_PAPER}
        yes: \bno {_PAPER}|\bwithout {_PAPER}|{_PAPER}(?: (?:is|are))? not {_NEED}
        no: \b(?:bring|needs?|must (?:show|bring|provide)|requires?|required to|show|provide)(?: (?:to|bring
          |show|provide|see|have))* (?:(?:any|an?|some|your|photo|photographic|valid|forms?|of|proof|two
          |one) ){{0,6}}(?:id|identification|identity|proof of address)\b
        no: \b(?:id|identification|proof of (?:id|identity|address|residence)(?: and (?:id
          |address))?){_NEEDED}
    """),
    "on_script": _table(rf"""
        yes: {_NOT}(?: \w+){{0,4}} (?:be|being) {_DRY}|\bwhether or not you are {_DRY}
        no: {_NOT}[^.;!]{{0,60}}\b{_SCRIPT}|\b{_SCRIPT} (?:is |are |users? ){{0,6}}not (?:accepted|allowed
          |suitable|able)
        no: \b(?:must|need to|have to|required to|should|expected to)(?: already)? (?:be|have been|remain
          |stay) (?:\w+ )?{_DRY}|\bmust have (?:completed|finished|done) (?:a |your )?detox
        no: \bonly (?:for|take|accept)s?{_GAP}\b{_DRY}|\b{_DRY} (?:before|on arrival|prior to|for at least
          |people only)
        yes: \b(?:welcome|accept|take|support|work with|help|see|open to|including|include|even if|for
          |if you are|house)s?\b[^.;!]{{0,50}} (?:on|taking|prescribed|receiving|stable on) {_SCRIPT}
        yes: \b(?:on|taking|prescribed|receiving) {_SCRIPT}[^.;!]{{0,40}}\b(?:welcome|accepted|can (?:join
          |come|attend|stay|apply|use))
        yes: \b(?:prescrib\w+|provides?|offers?)(?: of)? {_SCRIPT}|\b(?:methadone|ost|mat|buprenorphine
          |opioid substitution|opiate substitution) (?:clinics?|programmes?|prescri\w+|treatment|therapy
          |maintenance)
        yes: \b(?:opioid|opiate) substitut\w+|\bost\b|\bsupervised consumption
          |\bmedication assisted (?:treatment|recovery)
    """),
    "children": _table(rf"""
        trap: {_NOT} (?:\w+ )?(?:creche|crèche|childcare|play area)
        no: \bno (?:children|kids|under \d+s?)\b|\b(?:children|kids|under \d+s?) (?:are |is )?not (?:allowed
          |permitted|able|admitted|welcome)|\badults only|\bchild free
        no: {_NOT}[^.;,!]{{0,30}}\b(?:bring|accept|house|suitable for|take|have|accommodate) (?:(?:any|your
          |young|with) ){{0,6}}(?:children|kids|families|babies)
        yes: \b(?:children|kids|babies|toddlers|families|whole family)\b[^.;,!]{{0,25}}\bwelcome
          |\bwelcomes? (?:(?:you|to|bring|your|their|all|women|parents|people|and|with) ){{0,6}}(?:children
          |kids|babies|families)
        yes: \bbring (?:your |the |along ){{0,6}}(?:children|kids|baby|family)|\b(?:family|child) friendly
          |\b(?:creche|crèche|play area)\b|\bchildcare (?:is )?(?:provided|available|on site)
          |\bwith (?:their|your) children\b
    """),
    "dogs": _table(rf"""
        no: \b{_HELPER_DOG} only|\bonly {_HELPER_DOG}
        trap: \b(?:except|apart from|other than|unless|excluding)(?: for| they are
          | it is an?)* {_HELPER_DOG}(?: are)?(?: welcome)?|\b{_HELPER_DOG}|\b(?:hot|sniffer
          |therapy) dogs?\b|\bguide dogs for the blind
        no: \bno (?:dogs|pets|animals)\b|\b(?:dogs|pets|animals) (?:are |is )?not (?:allowed|permitted
          |welcome|accepted)|{_NOT}[^.;,!]{{0,30}}\b(?:dogs|pets)\b
        yes: \b(?:dogs|pets|animals)\b(?! home)[^.;,!]{{0,20}}\b(?:welcome|allowed|accepted)|\b(?:dog
          |pet) friendly|\bbring your (?:dog|pet)|\b(?:accept|welcome|take)s? (?:\w+ )?(?:dogs|pets)
          |\bwith (?:a dog|dogs|pets)\b[^.;,!]{{0,15}}\bwelcome|\bkennels?\b
    """),
    "step_free": _table(rf"""
        trap: \b(?:12|twelve) steps? free\b|\b(?:limited|partial|partially
          |some) (?:wheelchair |disabled )?access\w*|\b(?:wheelchair )?accessible (?:toilets?|parking)
          |\baccess to (?:a )?wheelchairs?|\b(?:wheelchair|disabled|step free)[^.;,!]{{0,30}} only\b
        yes: \bno (?:steps|stairs)\b
        no: {_NOT}(?: (?:is|are|currently|fully|yet|have|suitable|accessible|for|to|by|a|any
          |very)){{0,4}} (?:step free|wheelchairs?|level access|accessible|(?:disabled|ramp|lift) access
          |ramp|lift)\b
        no: \b(?:stairs|steps) only|\bonly (?:accessible )?(?:by|up|via) (?:\w+ ){{0,2}}(?:stairs|steps)
          |\b(?:there are|up|has) (?:(?:a|\d+|few|some|several|flight|of|two|three|four
          |steep) ){{0,6}}(?:stairs|steps)\b(?! to)|\b(?:\d+|two|three|four|some|several|few) (?:steps
          |stairs) (?:at|to|up|into
          |in) (?:the|our)\b|\bwheelchair access\w*: (?:no|none)\b
        yes: \bstep free|\bwheelchair (?:users? )?(?:access\w*|friendly|ramps?|welcome|lift)
          |\baccessible (?:for|to|by) (?:\w+ )?wheelchair|\blevel access|\bramp(?:ed)?\b(?! up)
          |\blift (?:access|to all|available)|\bfully accessible|\bdisabled access
    """),
    "free": _table(r"""
        no: \bnot free\b|(?<!no )\bcharges? (?:will )?apply|£\d[\d.,]* (?:per|a|an|each|for each) (?:session
          |week|visit|class|hour|person|month|night)|\bthere is a (?:small |weekly )?(?:charge|fee)\b
        trap: \bfree (?:from|parking|wi ?fi|trial|school meals?|bus|time|place|range|will|of (?!charge
          |cost))|\bfeel free
        yes: \bfree of (?:charge|cost)|\bno (?:charges?|costs?|fees?)\b|\b(?:is|are|all|completely|totally
          |entirely|absolutely|offer\w*|provid\w+|give\w*|for|at|runs?|get) free\b|\bfree to (?:use|attend
          |join|everyone|anyone|all|call)
        yes: (?<!drug )(?<!alcohol )(?<!smoke )(?<!step )\bfree(?:,
          | and)? (?:\w+ and |\w+, )?(?:confidential|independent|impartial|advice|help|support|services?
          |sessions?|food|meals?|counselling|courses?|class(?:es)?|groups?|clothes|clothing|furniture|legal
          |helpline|naloxone|needles|equipment|tests?|testing)\b
    """),
    "women_only": _table(rf"""
        trap: \b(?:also|offers?|run|runs|have|has|weekly|monthly|with|and|our) (?:an? )?(?:\w+ )?(?:wom[ae]n
          |female) only
        no: {_NOT} (?:just |only )?(?:for )?(?:women|female|ladies) ?(?:only)?|\b(?:men and women
          |women and men|all genders|any gender|both sexes|everyone regardless of gender|men, women)\b
          |\b(?:men|males?) only|\bonly (?:for )?men\b|\b(?:exclusively )?for men\b
        yes: \b(?:wom[ae]n|females?|ladies|girls)(?: and girls)? only|\bonly (?:for )?(?:women|females
          |ladies)|\bexclusively for (?:women|females)|\b(?:centre|center|refuge|service|group|project
          |charity|hostel|housing|support|house|run by women
          |led by women),? for (?:vulnerable |homeless )?women\b|\ball female|\bwomen's (?:refuge|centre
          |center|hostel)
    """),
    "lgbt": _table(rf"""
        trap: \blgb\w*\+? (?:awareness|training|history)
        no: {_NOT}[^.;,!]{{0,25}}\blgb\w*
        yes: \blgb\w*\+?|\bqueer\b|\b(?:gay|lesbian|bisexual|trans
          |transgender)\b(?=[^.;!]{{0,30}}\b(?:people|men|women|welcome|friendly|community|communities
          |groups?)\b)
    """),
    "languages": _table(rf"""
        trap: \b(?:body|bad|strong|plain|speech and|sign) languages?|\blanguage (?:class|course|school)\w*
        no: {_NOT}[^.;,!]{{0,30}}\b(?:interpret|translat)\w*|\benglish only
          |\bonly (?:speaks? |in |available in )?english|\bmust (?:be able to )?speak (?:\w+ )?english
        yes: \binterpret(?:ers?|ing|ation)\b|\btranslat(?:ors?|ion|ions)\b|\b(?:other|different|many|several
          |community|multiple|\d+) languages\b|\b(?:speaks?|spoken|speaking|in) {_LANGUAGE}\b
          |\b{_LANGUAGE} (?:speak\w+|spoken|is spoken)|\bmultilingual
    """),
})  # fmt: skip

# A sentence without one of these says nothing of a fact. Looking for them is cheap, reading patterns is not,
# so the narrower a root the better, as long as no pattern with an answer can do without.
ROOTS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "self_referral": ("refer", "drop in", "walk in", "get in touch", "just ", "anyone can"),
    "drop_in": ("drop in", "walk in", "appointment", "book", "just ", "turn up", "pop in"),
    "no_id": (" id", "(id", "address", "abode", "paperwork", "no fixed", "proof of residence"),
    "on_script": (
        "script", "methadone", " ost", " mat", "buprenorphine", "subutex", "espranor", "buvidal", "suboxone",
        "substitut", "physeptone", "abstinent", "drug free", "drugs free", "alcohol free", "substance free",
        "free from", "free of", "detox", "clean and sober", "off drugs", "off all drugs",
        "supervised consumption", "medication assisted",
    ),
    "free": ("free", "charge", "cost", "fee", "£"),
    "step_free": ("step", "wheelchair", "level access", "ramp", "lift", "stairs", "accessible", "disabled"),
    "children": (
        "child", "kids", "famil", "creche", "crèche", "bab", "toddler", "under ", "adults", "play area",
    ),
    "dogs": ("dog", "pet", "animal", "kennel"),
    "women_only": ("women", "woman", "female", "ladies", "girls", " men", "male", "gender", "both sexes"),
    "lgbt": ("lgb", "queer", "gay", "lesbian", "bisexual", "trans"),
    "languages": (
        "languages", "interpret", "translat", "english", "multilingual",
        *re.findall(r"[a-z]+", _LANGUAGE.removeprefix("(?:")),
    ),
})  # fmt: skip

# What stands in a field about money may use bare words: "Free", "None", "£5".
COST_FIELDS = _table(r"""
    yes: £ ?0(?:\.00)?\b(?!\.)|\bno (?:charges?|costs?|fees?)(?: apply)?\b|\bfree of charge
    no: \bnot free|\bfree trial|£ ?\d|\bcharges? (?:will )?apply
    trap: \bfree (?:parking|wi ?fi|from|of (?!charge))|\b(?:drug|alcohol|smoke|step) free|\bfeel free
    yes: \bfree\b|^(?:none|nil|nothing)\b
""")
