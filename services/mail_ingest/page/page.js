// The W&E queue as it is now. The token comes behind the # of the address (never sent to a server) or from the form.
const REFRESH_MILLISECONDS = 2000;
const PAGE_SIZE = 100;
const MOST = 500; // the server gives no more at once
const METHODS = {
  in_reply_to: "antwoord op een mail uit dit gesprek",
  references: "verwijst naar een mail uit dit gesprek",
  person: "door een medewerker",
};
const AUTOMATIC = { auto_reply: "automatisch antwoord", bounce: "onbestelbaar", list: "nieuwsbrief of lijst" };
const byId = (id) => document.getElementById(id);
const moment = new Intl.DateTimeFormat("nl-BE", { dateStyle: "full", timeStyle: "short" });

let filter = "";
let limit = PAGE_SIZE;
let timer = null;
let round = 0;

class Refused extends Error {}

function token() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    sessionStorage.setItem("token", given);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem("token");
}

async function ask(path) {
  const answer = await fetch(path, { headers: { Authorization: `Bearer ${token()}` } }).catch(() => null);
  if (answer === null) throw new Error("De dienst antwoordt niet");
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  if (answer.status === 401 || answer.status === 403) {
    sessionStorage.removeItem("token");
    throw new Refused(problem.detail ?? problem.title ?? "U bent niet aangemeld.");
  }
  throw new Error(problem.title ?? `De dienst antwoordt met een fout (${answer.status})`);
}

const askJson = async (path) => (await ask(path)).json();

// --- one item ---------------------------------------------------------------------------------------------------------

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function waiting(since) {
  const minutes = Math.max(0, Math.floor((Date.now() - new Date(since)) / 60000));
  if (minutes < 1) return "net binnen";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} uur`;
  const days = Math.floor(hours / 24);
  return days === 1 ? "1 dag" : `${days} dagen`;
}

function subjectOf(item) {
  const none = !item.subject?.trim();
  const shown = element("span", none ? "subject none" : "subject", none ? "(geen onderwerp)" : item.subject);
  shown.title = item.subject ?? "";
  return shown;
}

function factsOf(item) {
  const number = item.attachments.length;
  const facts = [item.afzender ?? "onbekende afzender"];
  if (item.automatic) facts.push(AUTOMATIC[item.automatic] ?? item.automatic);
  if (number) facts.push(number === 1 ? "1 bijlage" : `${number} bijlagen`);
  return facts.join(" · ");
}

function linkOf(item) {
  if (!item.klantenreis) return [element("span", "badge unlinked", "nog niet gekoppeld")];
  const why = METHODS[item.link_method] ?? item.link_method ?? "";
  return [element("span", "badge linked", item.klantenreis), element("div", "why", why)];
}

function fill(row, item) {
  const state = JSON.stringify(item);
  if (row.dataset.state === state) return;
  row.dataset.state = state;
  const question = element("button", "question", "");
  question.type = "button";
  question.append(subjectOf(item), element("span", "from", factsOf(item)), element("span", "preview", item.preview));
  const focused = row.contains(document.activeElement);
  const age = element("div", "", waiting(item.first_contact_at));
  age.title = moment.format(new Date(item.first_contact_at));
  const link = element("div", "", "");
  link.append(...linkOf(item));
  row.replaceChildren();
  for (const [className, content] of [["age", age], ["", question], ["link", link]]) {
    const cell = row.insertCell();
    cell.className = className;
    cell.append(content);
  }
  if (focused) question.focus();
}

// Rows stay the same elements while their items stay, so that a refresh takes away no focus and moves nothing for nothing.
function show(body, items) {
  const old = new Map([...body.rows].map((row) => [row.dataset.item, row]));
  const kept = new Set(items.map((item) => item.item));
  for (const [name, row] of old) if (!kept.has(name)) row.remove();
  items.forEach((item, place) => {
    const row = old.get(item.item) ?? document.createElement("tr");
    row.dataset.item = item.item;
    fill(row, item);
    row.cells[0].firstChild.textContent = waiting(item.first_contact_at);
    if (body.rows[place] !== row) body.insertBefore(row, body.rows[place] ?? null);
  });
}

async function open(id) {
  try {
    const item = await askJson(`queue/items/${encodeURIComponent(id)}`);
    byId("detail-subject").replaceChildren(item.subject?.trim() ? item.subject : "(geen onderwerp)");
    byId("detail-from").textContent = item.afzender ?? "onbekende afzender";
    byId("detail-received").textContent = `${moment.format(new Date(item.received_at))} (${waiting(item.received_at)})`;
    byId("detail-link").replaceChildren(...linkOf(item));
    if (item.link_evidence) byId("detail-link").append(element("div", "why", `Message-ID ${item.link_evidence}`));
    byId("detail-text").textContent = item.new_text.trim() || "(geen tekst)";
    byId("detail-files").replaceChildren(...item.attachments.map(fileButton));
    byId("detail").showModal();
    byId("detail-text").scrollTop = 0;
    byId("detail-text").focus();
  } catch (error) {
    trouble(error);
  }
}

function fileButton(file) {
  const button = element("button", "", `↓ ${file.name} (${Math.max(1, Math.ceil(file.size / 1024))} kB)`);
  button.type = "button";
  button.addEventListener("click", async () => {
    try {
      const bytes = await (await ask(`blobs/${encodeURIComponent(file.ref)}`)).blob();
      const link = document.createElement("a");
      link.href = URL.createObjectURL(bytes);
      link.download = file.name;
      link.click();
      URL.revokeObjectURL(link.href);
    } catch (error) {
      trouble(error);
    }
  });
  return button;
}

// --- the whole page ---------------------------------------------------------------------------------------------------

function say(text, problem = false) {
  const state = byId("state");
  if (state.textContent !== text) state.textContent = text;
  state.className = problem ? "problem" : "";
}

function trouble(error) {
  if (error instanceof Refused) login(error.message);
  else say(`${error.message}. Er wordt opnieuw geprobeerd.`, true);
}

function login(message) {
  byId("detail").close();
  byId("queue").hidden = true;
  byId("login").hidden = false;
  byId("token").focus();
  say(message, true);
}

async function load(automatic, most) {
  const chosen = [automatic ? "" : filter, byId("order").value].filter(Boolean).join("&");
  return askJson(`queue/items?automatic=${automatic}&limit=${most}&${chosen}`);
}

function showCounts(counts) {
  const queue = counts.queues.we ?? { unlinked: 0, linked: 0, automatic: 0 };
  byId("unlinked").textContent = queue.unlinked;
  byId("linked").textContent = queue.linked;
  byId("all").textContent = queue.unlinked + queue.linked;
  byId("automatic-count").textContent = queue.automatic;
  byId("automatic").hidden = queue.automatic === 0;
  byId("quarantine").textContent = counts.quarantine;
  byId("quarantine-line").hidden = counts.quarantine === 0;
  document.title = `(${queue.unlinked}) Wachtrij W&E`;
}

async function refresh() {
  clearTimeout(timer);
  const mine = ++round;
  if (!token()) return login("Meld u aan met een toegangstoken.");
  try {
    const folded = !byId("automatic").open;
    const [counts, items, automatic] = await Promise.all([
      askJson("queue/counts"), load(false, limit), folded ? null : load(true, MOST),
    ]);
    if (mine !== round) return; // somebody chose something else meanwhile
    showCounts(counts);
    show(byId("items"), items);
    if (automatic) show(byId("automatic-items"), automatic);
    byId("empty").hidden = items.length > 0;
    byId("more").hidden = items.length < limit || limit >= MOST;
    byId("queue").hidden = false;
    byId("login").hidden = true;
    say(`Bijgewerkt om ${new Date().toLocaleTimeString("nl-BE")}`);
  } catch (error) {
    if (mine !== round) return;
    trouble(error);
    if (error instanceof Refused) return;
  }
  if (!document.hidden) timer = setTimeout(refresh, REFRESH_MILLISECONDS);
}

function choose(button) {
  filter = button.dataset.filter;
  limit = PAGE_SIZE;
  for (const other of document.querySelectorAll("nav button")) other.setAttribute("aria-pressed", String(other === button));
  refresh();
}

function step(from, by) {
  const questions = [...document.querySelectorAll(".question")].filter((one) => one.checkVisibility());
  const next = questions.indexOf(from) + by;
  questions[Math.min(Math.max(next, 0), questions.length - 1)]?.focus();
}

byId("login").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem("token", byId("token").value.trim());
  byId("token").value = "";
  refresh();
});
const filters = [...document.querySelectorAll("nav button")];
for (const button of filters) button.addEventListener("click", () => choose(button));
byId("order").addEventListener("change", refresh);
byId("automatic").addEventListener("toggle", refresh);
byId("more").addEventListener("click", () => {
  limit = Math.min(limit + PAGE_SIZE, MOST);
  refresh();
});
for (const id of ["items", "automatic-items"]) {
  byId(id).addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    if (row) open(row.dataset.item);
  });
}
document.addEventListener("keydown", (event) => {
  if (byId("detail").open || byId("queue").hidden || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input, select")) return;
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by) {
    event.preventDefault();
    const focused = document.activeElement.closest(".question");
    step(focused, focused ? by : 1);
  } else if (filters[Number(event.key) - 1]) choose(filters[Number(event.key) - 1]);
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && byId("login").hidden) refresh();
});
refresh();
