/** Find any service by name, also one that nobody is shown. */
import { useState } from "../../vendor/preact.js";
import { t } from "../../core.js";
import { Button, go, html, Loaded, Page, useData } from "../../ui.js";
import { Field } from "../../forms.js";
import { BASE, State } from "./admin.js";

const Results = ({ items, total }) => html`<p role="status">${items.length < total ? t("adm.found-first", { n: total, first: items.length }) : t("adm.found", { n: total })}</p>
  <ul class="list gap">${items.map((one) => html`<li class="card row" key=${one.id}><div class="txt"><h2 class="small"><a class="tap" href=${`#/services/${one.id}`}>${one.name}</a></h2>
    <p class="meta">${[one.organisation, one.source].filter(Boolean).join(" · ")}</p></div><${State} state=${one.state} /></li>`)}</ul>`;

export default function Services({ query }) {
  const asked = query.text || "";
  const [text, setText] = useState(asked);
  const [wrong, setWrong] = useState("");
  const found = useData(asked ? `${BASE}/services?text=${encodeURIComponent(asked)}` : null);
  const find = (event) => {
    event.preventDefault();
    const words = text.trim();
    setWrong(words ? "" : t("adm.find-missing"));
    if (words) go(`/services?text=${encodeURIComponent(words)}`);
    else document.getElementById("find").focus();
  };
  return html`<${Page} title=${t("adm.services")} lede=${t("adm.services-lede")}>
    <form class="tools" role="search" novalidate onSubmit=${find}><${Field} id="find" label=${t("adm.find")} type="search" value=${text} error=${wrong} onInput=${setText}
      autocomplete="off" maxlength="200" /><${Button} kind="main" type="submit">${t("adm.find-do")}<//></form>
    ${asked && html`<${Loaded} of=${found} blocks=${3}>${(data) => html`<${Results} ...${data} />`}<//>`}<//>`;
}
