"""What the codes of the Meeting Guide format say, in our own words. Codes: code4recovery.org, the spec."""

from __future__ import annotations

# Who a meeting is for.
FOR_WHOM = {
    "O": "Open to everyone", "C": "Only for people who want to stop", "W": "Women", "M": "Men",
    "LGBTQ": "LGBT+ people", "G": "Gay people", "L": "Lesbian women", "T": "Trans people",
    "BI": "Bisexual people", "NB": "Non-binary people", "Y": "Young people", "SEN": "Older people",
    "POC": "People of colour", "P": "Professionals", "BE": "New people are welcome",
    "DD": "People with a mental illness as well", "CF": "Children may come along",
}  # fmt: skip
# What is there.
FACTS = {
    "BA": "Somebody looks after children.", "OUT": "Out of doors.",
    "POA": "You can be given proof that you came.",
    "FF": "No scents, please.", "SM": "Smoking is allowed.", "MED": "With meditation.",
    "AL-AN": "A meeting for families at the same time.", "AL": "A meeting for children at the same time.",
}  # fmt: skip
ACCESS = {"X": "Wheelchair access.", "XB": "A toilet for wheelchair users."}
CLOSED_PLACE = "TC"
LANGUAGES = {
    "AF": "Afrikaans", "AM": "Amharic", "AR": "Arabic", "BG": "Bulgarian", "DA": "Danish", "DE": "German",
    "EL": "Greek", "EN": "English", "FA": "Persian", "FI": "Finnish", "FR": "French", "HE": "Hebrew",
    "HI": "Hindi", "HR": "Croatian", "HU": "Hungarian", "IS": "Icelandic", "ITA": "Italian",
    "JA": "Japanese", "KA": "Georgian", "KOR": "Korean", "LT": "Lithuanian", "ML": "Malayalam",
    "MT": "Maltese", "NE": "Nepali", "NL": "Dutch", "NO": "Norwegian", "POL": "Polish",
    "POR": "Portuguese", "PUN": "Punjabi", "RUS": "Russian", "S": "Spanish", "SK": "Slovak",
    "SL": "Slovenian", "SV": "Swedish", "TH": "Thai", "TL": "Tagalog", "TUR": "Turkish",
    "UK": "Ukrainian", "ASL": "American Sign Language",
}  # fmt: skip
# How tables write the codes that say something to us; other names are left as they are.
TYPE_NAMES = {
    **{name.casefold(): code for code, name in LANGUAGES.items()},
    "open": "O", "closed": "C", "women": "W", "men": "M", "lgbtq": "LGBTQ", "gay": "G", "lesbian": "L",
    "transgender": "T", "bisexual": "BI", "non-binary": "NB", "young people": "Y", "seniors": "SEN",
    "people of color": "POC", "people of colour": "POC", "professionals": "P", "newcomer": "BE",
    "dual diagnosis": "DD", "child-friendly": "CF", "babysitting available": "BA", "outdoor": "OUT",
    "proof of attendance": "POA", "fragrance free": "FF", "smoking permitted": "SM", "meditation": "MED",
    "concurrent with al-anon": "AL-AN", "concurrent with alateen": "AL", "wheelchair access": "X",
    "wheelchair-accessible bathroom": "XB", "location temporarily closed": CLOSED_PLACE,
}  # fmt: skip
