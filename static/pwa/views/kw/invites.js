/** Make a code, hand it over as a printed slip or a picture to scan, and see what became of the earlier ones. */
import { useEffect, useRef, useState } from "../../vendor/preact.js";
import { api, t } from "../../core.js";
import { Button, Card, html, Loaded, Page, toast, useData } from "../../ui.js";
import { failure, sayMoment } from "./parts.js";
import { Qr } from "./qr.js";

const INVITES = "/api/accounts/invites";

/** The slip says nothing about treatment: it may be found by somebody else. */
function Slip({ made }) {
  const head = useRef(null);
  useEffect(() => head.current.focus(), [made.id]);
  const where = new URL(made.link).origin;
  return html`<section class="card slip" aria-labelledby="slip"><h2 id="slip" tabindex="-1" ref=${head}>${t("invite.slip-title")}</h2>
    <div class="row top-row"><${Qr} rows=${made.qr} label=${t("invite.qr")} />
      <div class="txt stack"><p>${t("invite.slip-1")}</p>
        <dl class="summary-list"><div><dt>${t("invite.at")}</dt><dd>${where}</dd></div>
          <div><dt>${t("invite.typed")}</dt><dd class="code">${made.typed_code}</dd></div></dl>
        <p><b>${t("invite.until", { when: sayMoment(made.expires_at) })}</b></p></div></div>
    <p>${t("invite.slip-2")}</p><p>${t("invite.slip-3")}</p>
    <div class="buttons"><${Button} kind="main" onClick=${() => print()}>${t("invite.print")}<//></div>
    <p class="meta no-print">${t("invite.once")}</p></section>`;
}

function Earlier({ list, reload }) {
  const [wrong, setWrong] = useState("");
  const revoke = async (invite) => {
    const reply = await api("DELETE", `${INVITES}/${invite.id}`);
    setWrong(reply.ok || reply.status === 404 ? "" : failure({ ...reply.problem, status: reply.status }));
    if (reply.ok) toast(t("invite.revoked"));
    reload();
  };
  return html`${wrong && html`<p class="error" role="alert">${wrong}</p>`}
    <div class="scroll" role="region" tabindex="0" aria-label=${t("invite.list")}><table><caption class="hide">${t("invite.list")}</caption>
      <thead><tr><th scope="col">${t("invite.made")}</th><th scope="col">${t("invite.ends")}</th><th scope="col">${t("invite.state")}</th><th scope="col">${t("invite.action")}</th></tr></thead>
      <tbody>${list.map((invite) => html`<tr key=${invite.id}><th scope="row">${sayMoment(invite.created_at)}</th><td>${sayMoment(invite.expires_at)}</td>
        <td>${t(`invite.state.${invite.state}`)}</td>
        <td>${invite.state === "open" && html`<${Button} onClick=${() => revoke(invite)}
          aria-label=${t("invite.revoke-which", { when: sayMoment(invite.created_at) })}>${t("invite.revoke")}<//>`}</td></tr>`)}</tbody></table></div>`;
}

export default function Invites() {
  const invites = useData(INVITES);
  const [made, setMade] = useState(null);
  const [wrong, setWrong] = useState("");
  const make = async () => {
    setWrong("");
    const reply = await api("POST", INVITES, {});
    if (!reply.ok) return setWrong(failure({ ...reply.problem, status: reply.status }));
    setMade(reply.body);
    return invites.reload();
  };
  return html`<${Page} title=${t("invite.title")} lede=${t("invite.lede")}>
    ${wrong && html`<p class="error" role="alert">${wrong}</p>`}
    <div class="buttons start"><${Button} kind=${made ? "quiet" : "main"} onClick=${make} busyWord=${t("invite.making")}>${t("invite.make")}<//></div>
    ${made && html`<div class="gap"><${Slip} made=${made} /></div>`}
    <section class="no-print"><h2>${t("invite.list")}</h2>
    <${Loaded} of=${invites} blocks=${2}>${({ items }) => (items.length ? html`<${Earlier} list=${items} reload=${invites.reload} />`
      : html`<${Card}><p>${t("invite.list-none")}</p><//>`)}<//></section>
  <//>`;
}
