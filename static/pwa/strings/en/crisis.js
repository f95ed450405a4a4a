/** Words of the page for hard moments, and the numbers it shows when nothing newer is on the phone. */
export default {
  "crisis.title": "Need help now?",
  "crisis.lede": "These numbers work without signing in.",
  "crisis.call": "Call {number}",
  "crisis.text": "Text {number}",
  "crisis.checked": "We last checked these on {when}.",
  "crisis.nation.england": "England",
  "crisis.nation.scotland": "Scotland",
  "crisis.nation.wales": "Wales",
  "crisis.nation.northern-ireland": "Northern Ireland",
};

/** Used until /api/content/crisis has been read once; tests compare the numbers with the content file. */
export const BUNDLED = {
  checked_on: null,
  items: [
    { key: "999", name: "Emergency", what: "If someone is in danger or will not wake up.", call: "999", hours: "Day and night" },
    { key: "111", name: "NHS 111", what: "Urgent health advice in England, Scotland and Wales.", call: "111", hours: "Day and night" },
    { key: "samaritans", name: "Samaritans", what: "Someone to talk to about anything.", call: "116 123", hours: "Day and night" },
    { key: "shout", name: "Shout", what: "Text the word SHOUT to talk by text.", text_to: "85258", hours: "Day and night" },
    { key: "lifeline", name: "Lifeline", what: "Someone to talk to in Northern Ireland.", call: "0808 808 8000", hours: "Day and night" },
  ],
};
