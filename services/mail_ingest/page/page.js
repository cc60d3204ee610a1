// The queues as they are now: what to show, when to look again, and what to do with many at once.
import * as detail from "./detail.js";
import { selected, show, tick, ticked } from "./list.js";
import * as lists from "./lists.js";
import { Refused, askIfThere, askJson, command, signIn, tell, token } from "./talk.js";
import { at, byId, element, options } from "./words.js";

const REFRESH_MILLISECONDS = 2000;
const MAILBOX_MILLISECONDS = 30000;
const PAGE_SIZE = 100;
const MOST = 500; // the server gives no more at once
const EDITORS = ["wachtrijverantwoordelijke", "beheerder"];
const DISPATCHERS = ["dispatcher", "wachtrijverantwoordelijke", "beheerder", "crm"];

const chosen = { wachtrij: "we", filter: "", limit: PAGE_SIZE };
const desk = { labels: new Map(), active: new Set(), reasons: new Map(), account: null, may: {}, trouble, done, changed: refresh };
let timer = null;
let round = 0;
let undo = null;
const mailbox = { at: 0, state: null };

detail.prepare(desk);
lists.prepare(desk);

// --- telling ----------------------------------------------------------------------------------------------------------

function say(text, problem = false) {
  const state = byId("state");
  if (state.textContent !== text) state.textContent = text;
  state.className = problem ? "problem" : "";
}

function trouble(error) {
  if (error instanceof Refused) login(error.message);
  else say(`${error.message}. Er wordt opnieuw geprobeerd.`.replace("..", "."), true);
}

function login(message) {
  clearTimeout(timer);
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  byId("open-lists").hidden = true;
  byId("queue").hidden = true;
  byId("login").hidden = false;
  byId("token").focus();
  say(message, true);
}

function done(message, way = null) {
  undo = way;
  byId("toast-text").textContent = message;
  byId("undo").hidden = way === null;
  byId("toast").hidden = false;
  refresh();
}

// --- looking ----------------------------------------------------------------------------------------------------------

async function learn() {
  const [me, reasons] = await Promise.all([askJson("queue/me"), askJson("queue/reasons")]);
  desk.account = me.account;
  desk.may = { dispatch: me.roles.some((role) => DISPATCHERS.includes(role)) };
  byId("open-lists").hidden = !me.roles.some((role) => EDITORS.includes(role));
  desk.reasons = new Map(reasons.map((one) => [one.reason, one]));
  const bulk = reasons.filter((one) => one.bulk && one.active).map((one) => [one.reason, one.label]);
  options(byId("bulk-reason"), bulk, "kies een reden");
}

// Its folders change slowly; a service without a mailbox has none.
async function askMailbox() {
  if (Date.now() - mailbox.at > MAILBOX_MILLISECONDS) {
    mailbox.at = Date.now();
    mailbox.state = await askIfThere("mailbox");
  }
  return mailbox.state;
}

function load(automatic, most) {
  const query = new URLSearchParams({ wachtrij: chosen.wachtrij, automatic, limit: most });
  for (const part of [automatic ? "" : chosen.filter, byId("who").value, byId("open").value, byId("order").value]) {
    for (const [name, value] of new URLSearchParams(part)) query.set(name, value);
  }
  const words = byId("search").value.trim();
  if (words) query.set("q", words);
  return askJson(`queue/items?${query}`);
}

function showQueues(queues) {
  desk.labels = new Map(queues.map((one) => [one.wachtrij, one.label]));
  desk.active = new Set(queues.filter((one) => one.active).map((one) => one.wachtrij));
  const shown = queues.filter((one) => one.active || one.count.unlinked + one.count.linked > 0);
  const place = byId("queues");
  const names = shown.map((one) => one.wachtrij).join();
  if (place.dataset.names !== names) {
    place.dataset.names = names;
    place.replaceChildren(...shown.map(queueButton));
  }
  shown.forEach((one, number) => {
    const made = place.children[number];
    made.firstChild.textContent = `${one.label} `;
    made.lastChild.textContent = one.count.unlinked + one.count.linked;
    made.setAttribute("aria-pressed", String(one.wachtrij === chosen.wachtrij));
  });
  showCounts(queues.find((one) => one.wachtrij === chosen.wachtrij));
}

function queueButton({ wachtrij }) {
  const made = element("button", "", " ");
  made.type = "button";
  made.dataset.wachtrij = wachtrij;
  made.append(element("b", ""));
  made.addEventListener("click", () => {
    chosen.wachtrij = wachtrij;
    chosen.limit = PAGE_SIZE;
    selected.clear();
    refresh();
  });
  return made;
}

function showCounts(queue) {
  const { unlinked, linked, automatic } = queue?.count ?? { unlinked: 0, linked: 0, automatic: 0 };
  byId("unlinked").textContent = unlinked;
  byId("linked").textContent = linked;
  byId("all").textContent = unlinked + linked;
  byId("automatic-count").textContent = automatic;
  byId("automatic").hidden = automatic === 0;
  byId("title").textContent = `Wachtrij ${queue?.label ?? chosen.wachtrij}`;
  document.title = `(${unlinked}) ${byId("title").textContent}`;
}

function showMailbox(counts, box) {
  byId("quarantine").textContent = counts.quarantine;
  byId("quarantine-line").hidden = counts.quarantine === 0;
  const told = [];
  if (box?.junk) told.push(`${box.junk} in de map Ongewenste e-mail; kijk die na in Outlook`);
  if (box?.reconciled_at) told.push(`postvak laatst vergeleken: ${at(box.reconciled_at)}`);
  byId("mailbox-line").textContent = told.join(" · ");
  byId("mailbox-line").hidden = told.length === 0;
}

function showBulk() {
  const number = ticked().length;
  byId("bulk").hidden = number === 0;
  byId("bulk-count").textContent = number;
  const boxes = [...byId("items").querySelectorAll("input")];
  byId("tick-all").checked = boxes.length > 0 && boxes.every((box) => box.checked);
}

async function refresh() {
  clearTimeout(timer);
  const mine = ++round;
  if (!token()) return login("Meld u aan met een toegangstoken.");
  try {
    if (desk.account === null) await learn();
    const folded = !byId("automatic").open;
    const [queues, counts, box, items, automatic] = await Promise.all([
      askJson("queue/queues"), askJson("queue/counts"), askMailbox(),
      load(false, chosen.limit), folded ? null : load(true, MOST),
    ]);
    if (mine !== round) return undefined; // somebody chose something else meanwhile
    showQueues(queues);
    showMailbox(counts, box);
    show(byId("items"), items, desk.labels);
    if (automatic) show(byId("automatic-items"), automatic, desk.labels);
    showBulk();
    byId("empty").hidden = items.length > 0;
    byId("more").hidden = items.length < chosen.limit || chosen.limit >= MOST;
    byId("queue").hidden = false;
    byId("login").hidden = true;
    say(`Bijgewerkt om ${new Date().toLocaleTimeString("nl-BE")}`);
  } catch (error) {
    if (mine !== round) return undefined;
    trouble(error);
    if (error instanceof Refused) return undefined;
  }
  if (!document.hidden) timer = setTimeout(refresh, REFRESH_MILLISECONDS);
  return undefined;
}

// --- doing ------------------------------------------------------------------------------------------------------------

async function closeMany() {
  try {
    const answer = await tell("queue/bulk", { items: ticked(), action: { command: "close", reason: byId("bulk-reason").value } });
    selected.clear();
    const refused = answer.results.filter((one) => one.outcome !== "done").map((one) => one.message);
    const closed = answer.done === 1 ? "1 item is afgesloten." : `${answer.done} items zijn afgesloten.`;
    done([closed, ...new Set(refused)].join(" "));
  } catch (error) {
    if (error instanceof Refused) login(error.message);
    else done(error.message);
  }
}

async function undoLast() {
  const { item, action } = undo;
  try {
    done((await command(item, action)).message);
  } catch (error) {
    if (error instanceof Refused) login(error.message);
    else done(error.message);
  }
}

function choose(button) {
  chosen.filter = button.dataset.filter;
  chosen.limit = PAGE_SIZE;
  for (const other of filters) other.setAttribute("aria-pressed", String(other === button));
  refresh();
}

function step(from, by) {
  const questions = [...document.querySelectorAll(".question")].filter((one) => one.checkVisibility());
  const next = questions.indexOf(from) + by;
  questions[Math.min(Math.max(next, 0), questions.length - 1)]?.focus();
}

function press(event) {
  const focused = document.activeElement.closest(".question");
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by) step(focused, focused ? by : 1);
  else if (event.key === "/") byId("search").focus();
  else if (event.key === "x" && focused) {
    const row = focused.closest("tr");
    tick(row, !selected.has(row.dataset.item));
    showBulk();
  } else if (filters[Number(event.key) - 1]) choose(filters[Number(event.key) - 1]);
  else return;
  event.preventDefault();
}

byId("login").addEventListener("submit", (event) => {
  event.preventDefault();
  signIn(byId("token").value);
  byId("token").value = "";
  desk.account = null;
  refresh();
});
const filters = [...document.querySelectorAll("#filters button")];
for (const button of filters) button.addEventListener("click", () => choose(button));
for (const id of ["who", "open", "order"]) byId(id).addEventListener("change", refresh);
byId("search").addEventListener("input", refresh);
byId("automatic").addEventListener("toggle", refresh);
byId("more").addEventListener("click", () => {
  chosen.limit = Math.min(chosen.limit + PAGE_SIZE, MOST);
  refresh();
});
for (const id of ["items", "automatic-items"]) {
  byId(id).addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    if (event.target.closest(".tick")) {
      if (event.target.matches("input")) tick(row, event.target.checked);
      showBulk();
    } else if (row) detail.open(row.dataset.item);
  });
}
byId("tick-all").addEventListener("change", (event) => {
  for (const row of byId("items").rows) tick(row, event.target.checked);
  showBulk();
});
byId("bulk").addEventListener("submit", (event) => {
  event.preventDefault();
  closeMany();
});
byId("bulk-clear").addEventListener("click", () => {
  selected.clear();
  for (const row of document.querySelectorAll("tbody tr")) tick(row, false);
  showBulk();
});
byId("undo").addEventListener("click", undoLast);
byId("open-lists").addEventListener("click", () => lists.open(chosen.wachtrij));
document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]") || byId("queue").hidden || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("select, textarea, input:not([type=checkbox])")) return;
  press(event);
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && byId("login").hidden) refresh();
});
refresh();
