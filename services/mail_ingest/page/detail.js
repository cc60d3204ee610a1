// One item: what it says, what is known of it, and what a person does with it.
import { Declined, Refused, ask, askJson, command } from "./talk.js";
import { at, automaticOf, button, byId, element, linkOf, methodOf, options, subjectText, viaOf, waiting, whyOf } from "./words.js";

const CLOSES = new Set(["dispatch", "return", "close"]); // the item leaves the list that the person looks at
const UNDO = {
  dispatch: () => ({ command: "return", explanation: "Vergissing: meteen teruggezet." }),
  close: () => ({ command: "reopen" }),
};
const READS = {
  dispatch: () => ({ wachtrij: byId("dispatch-to").value }),
  return: () => ({ explanation: byId("return-why").value }),
  close: () => ({ reason: byId("close-as").value }),
  link: () => ({ klantenreis: byId("link-to").value.trim() }),
  note: () => ({ text: byId("note-text").value }),
  assign: (desk) => ({ behandelaar: desk.account }),
};
const SHORTCUTS = { d: "#dispatch-to", a: "#close-as", n: "#note-text" };

let item = null;
let desk = null; // { labels, reasons, account, may, trouble, done, changed }
let busy = false;

export function prepare(given) {
  desk = given;
}

export async function open(id) {
  try {
    render(await askJson(`queue/items/${encodeURIComponent(id)}`));
    say("");
    byId("detail").showModal();
    byId("detail-text").scrollTop = 0;
    byId("detail-text").focus();
  } catch (error) {
    desk.trouble(error);
  }
}

function say(text) {
  byId("detail-said").textContent = text;
  byId("detail-said").hidden = text === "";
}

function render(shown) {
  item = shown;
  byId("detail-subject").textContent = subjectText(item);
  byId("detail-facts").replaceChildren(...facts().flatMap(([name, value]) => [element("dt", "", name), described(value)]));
  byId("detail-remarks").replaceChildren(...item.remarks.map((remark) => element("li", "", remark.text)));
  renderSuggestion();
  renderCandidates();
  byId("detail-text").textContent = item.new_text.trim() || "(geen tekst)";
  byId("show-html").hidden = !item.html_ref;
  byId("detail-html").replaceChildren();
  byId("detail-files").replaceChildren(...item.attachments.map(fileButton));
  renderActions();
  renderNotes();
  byId("history").open = false;
}

function facts() {
  const found = [
    ["Van", item.afzender ?? "onbekende afzender"],
    ["Gevraagd", `${at(item.first_contact_at)} (${waiting(item.first_contact_at)})`],
    ["Wachtrij", desk.labels.get(item.wachtrij) ?? item.wachtrij],
    ["Behandelaar", item.behandelaar ?? "nog niemand"],
    ["Klantenreis", linkOf(item)],
  ];
  if (item.bron !== "mail") found.push(["Bron", item.bron]);
  if (item.phone) found.push(["Telefoon", item.phone]);
  if (item.adres_zoals_gezegd) found.push(["Adres (zoals gezegd)", item.adres_zoals_gezegd]);
  if (item.automatic) found.push(["Soort", automaticOf(item.automatic)]);
  if (item.answered_at) found.push(["Beantwoord", `${at(item.answered_at)} ${viaOf(item.answered_via)}`]);
  if (!item.open) found.push(["Afgesloten", desk.reasons.get(item.closed_reason)?.label ?? item.closed_reason]);
  return found;
}

function described(value) {
  const shown = element("dd", "");
  if (typeof value === "string") shown.textContent = value;
  else shown.append(...value);
  if (typeof value !== "string") for (const line of item.link_evidence ?? []) shown.append(element("div", "why", line));
  return shown;
}

function renderSuggestion() {
  const box = byId("detail-suggestion");
  const { suggestion } = item;
  box.hidden = !suggestion || !item.open || suggestion.wachtrij === item.wachtrij;
  if (box.hidden) return box.replaceChildren();
  const label = desk.labels.get(suggestion.wachtrij) ?? suggestion.wachtrij;
  const why = element("details", "");
  const score = suggestion.basis === "words" ? ` (zekerheid ${Math.round(suggestion.score * 100)} %)` : "";
  why.append(element("summary", "", "waarom?"), element("p", "why", whyOf(suggestion) + score));
  const parts = [element("span", "", "Voorstel: "), element("span", "chip", label), why];
  if (suggestion.behandelaar) parts.push(element("span", "why", `behandelaar van het dossier: ${suggestion.behandelaar}`));
  if (desk.may.dispatch) {
    parts.push(button("primary", `Stuur naar ${label}`, () => act({ command: "dispatch", wachtrij: suggestion.wachtrij })));
  }
  return box.replaceChildren(...parts);
}

function renderCandidates() {
  const box = byId("detail-candidates");
  const found = item.candidates.filter((one) => one.klantenreis !== item.klantenreis || one.dossier !== item.dossier);
  box.hidden = found.length === 0;
  box.replaceChildren(element("h3", "", found.length === 1 ? "Mogelijke klantenreis" : "Mogelijke klantenreizen"), ...found.map(candidate));
}

function candidate(one) {
  const line = element("div", "candidate");
  const told = element("div", "");
  const name = one.dossier && one.dossier !== one.klantenreis ? `${one.klantenreis}, dossier ${one.dossier}` : one.klantenreis;
  told.append(element("b", "", name), element("div", "why", [methodOf(one.method), ...one.evidence].join(" · ")));
  const link = button("", "Koppel", () => act({ command: "link", klantenreis: one.klantenreis, dossier: one.dossier ?? null }));
  link.setAttribute("aria-label", `Koppel aan ${name}`);
  line.append(told, link);
  return line;
}

function renderActions() {
  const queues = [...desk.labels].filter(([code]) => code !== item.wachtrij && desk.active.has(code));
  const reasons = [...desk.reasons].filter(([, one]) => one.active).map(([code, one]) => [code, one.label]);
  options(byId("dispatch-to"), queues, "kies een wachtrij", item.suggestion?.wachtrij);
  options(byId("close-as"), reasons, "kies een reden");
  for (const one of document.querySelectorAll("#actions [data-command]")) one.hidden = !fits(one.dataset);
  for (const id of ["return-why", "link-to", "note-text"]) byId(id).value = "";
  byId("make-dossier").hidden = !item.links.maak_dossier;
  byId("make-dossier").href = item.links.maak_dossier ?? "";
}

function fits({ command: name, when }) {
  if (when && (when === "open") !== item.open) return false;
  if (name === "dispatch") return desk.may.dispatch;
  if (name === "return") return item.wachtrij !== "we";
  if (name === "assign") return item.behandelaar !== desk.account;
  if (name === "release") return item.behandelaar !== null;
  return name !== "unlink" || item.klantenreis !== null;
}

function renderNotes() {
  const notes = item.notes.map((note) => {
    const shown = element("article", "note");
    shown.append(element("p", "why", `${note.actor}, ${at(note.at)}`), element("p", "said", note.text));
    return shown;
  });
  byId("detail-notes").replaceChildren(...notes);
}

function fileButton(file) {
  return button("", `↓ ${file.name} (${Math.max(1, Math.ceil(file.size / 1024))} kB)`, async () => {
    try {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await (await ask(`blobs/${encodeURIComponent(file.ref)}`)).blob());
      link.download = file.name;
      link.click();
      URL.revokeObjectURL(link.href);
    } catch (error) {
      failed(error);
    }
  });
}

// --- doing something --------------------------------------------------------------------------------------------------

async function act(action) {
  if (busy) return;
  busy = true;
  const before = item;
  try {
    const answer = await command(before, action);
    if (answer.item && !CLOSES.has(action.command)) render(answer.item);
    if (CLOSES.has(action.command)) byId("detail").close();
    desk.done(answer.message, undoOf(action, before, answer));
    say(CLOSES.has(action.command) ? "" : answer.message);
  } catch (error) {
    failed(error);
  } finally {
    busy = false;
  }
}

// Only what came out of the W&E queue can be put back there.
function undoOf(action, before, answer) {
  if (answer.code === "unchanged" || !UNDO[action.command]) return null;
  if (action.command === "dispatch" && before.wachtrij !== "we") return null;
  return { item: { item: before.item, revision: answer.revision }, action: UNDO[action.command]() };
}

// A refusal shows the item as it is now, so that the person decides on what is true.
function failed(error) {
  if (error instanceof Refused) return desk.trouble(error);
  if (error instanceof Declined && error.problem.item) {
    render(error.problem.item);
    desk.changed();
  }
  say(error.message);
  byId("detail-said").scrollIntoView({ block: "nearest" });
  return undefined;
}

// A link would blank the frame (nothing may be loaded there), so it only shows where it leads.
function withoutLinks(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const one of parsed.querySelectorAll("meta, base")) one.remove();
  for (const link of parsed.querySelectorAll("[href]")) {
    link.title = link.getAttribute("href");
    link.removeAttribute("href");
  }
  return parsed.documentElement.outerHTML;
}

async function showHtml() {
  try {
    const safe = await (await ask(`blobs/${encodeURIComponent(item.html_ref)}`)).text();
    const frame = element("iframe", "");
    // An empty sandbox: no scripts, no forms, an origin of its own; and it inherits this page's policy: nothing from outside.
    frame.setAttribute("sandbox", "");
    frame.title = "De mail met opmaak, zonder beelden van buiten";
    frame.srcdoc = withoutLinks(safe);
    byId("detail-html").replaceChildren(frame);
    byId("show-html").hidden = true;
  } catch (error) {
    failed(error);
  }
}

async function showHistory() {
  if (!byId("history").open) return;
  try {
    const story = await askJson(`queue/items/${encodeURIComponent(item.item)}/history`);
    const lines = story.map((one) => element("li", "", `${at(one.at)}: ${one.text} (${one.actor ?? "Loketbus"})`));
    byId("history-list").replaceChildren(...lines);
  } catch (error) {
    failed(error);
  }
}

for (const form of document.querySelectorAll("#actions form")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { command: name } = form.dataset;
    act({ command: name, ...READS[name](desk) });
  });
}
for (const one of document.querySelectorAll("#actions button[data-command]")) {
  one.addEventListener("click", () => act({ command: one.dataset.command, ...READS[one.dataset.command]?.(desk) }));
}
byId("show-html").addEventListener("click", showHtml);
byId("history").addEventListener("toggle", showHistory);
byId("detail").addEventListener("keydown", (event) => {
  if (event.target.matches("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  const aim = document.querySelector(SHORTCUTS[event.key] ?? "#none");
  if (aim?.checkVisibility()) {
    event.preventDefault();
    aim.focus();
  } else if (event.key === "m" && item.open && item.behandelaar !== desk.account) act({ command: "assign", ...READS.assign(desk) });
});
