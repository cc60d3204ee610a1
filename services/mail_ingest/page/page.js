// The W&E queue as it is now. The token comes behind the # of the address (never sent to a server) or from the form.
const REFRESH_MILLISECONDS = 2000;
const PAGE_SIZE = 100;
const byId = (id) => document.getElementById(id);

let filter = "";
let timer = null;

function token() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    sessionStorage.setItem("token", given);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem("token");
}

async function ask(path) {
  const answer = await fetch(path, { headers: { Authorization: `Bearer ${token()}` } });
  if (answer.status === 401 || answer.status === 403) {
    sessionStorage.removeItem("token");
    const problem = await answer.json();
    throw new Refused(problem.detail ?? problem.title);
  }
  if (!answer.ok) throw new Error((await answer.json()).title);
  return answer.json();
}

class Refused extends Error {}

function waiting(since) {
  const minutes = Math.max(0, Math.floor((Date.now() - new Date(since)) / 60000));
  if (minutes < 60) return `${minutes} min`;
  return minutes < 1440 ? `${Math.floor(minutes / 60)} u` : `${Math.floor(minutes / 1440)} d`;
}

function linkText(item) {
  return item.klantenreis ? `${item.klantenreis} (${item.link_method})` : "nog niet";
}

function row(item) {
  const line = document.createElement("tr");
  const open = document.createElement("button");
  open.type = "button";
  open.textContent = item.subject || "(geen onderwerp)";
  open.addEventListener("click", () => show(item.item));
  const cells = [waiting(item.first_contact_at), open, item.afzender ?? "", linkText(item), item.attachments.length || ""];
  for (const content of cells) line.insertCell().append(content);
  if (item.klantenreis) line.cells[3].className = "linked";
  return line;
}

async function show(id) {
  try {
    const item = await ask(`queue/items/${encodeURIComponent(id)}`);
    byId("detail-subject").textContent = item.subject || "(geen onderwerp)";
    byId("detail-from").textContent = `${item.afzender ?? "onbekende afzender"}, ${new Date(item.received_at).toLocaleString("nl-BE")}`;
    byId("detail-link").textContent = item.klantenreis
      ? `Gekoppeld aan ${item.klantenreis} via ${item.link_method}: ${item.link_evidence}`
      : "Nog niet gekoppeld";
    byId("detail-text").textContent = item.new_text || "(geen tekst)";
    byId("detail-files").replaceChildren(...item.attachments.map((file) => {
      const entry = document.createElement("li");
      entry.textContent = `${file.name} (${Math.ceil(file.size / 1024)} kB)`;
      return entry;
    }));
    byId("detail").showModal();
  } catch (error) {
    say(error.message, true);
  }
}

function say(text, problem = false) {
  const state = byId("state");
  if (state.textContent !== text) state.textContent = text;
  state.className = problem ? "problem" : "";
}

async function refresh() {
  clearTimeout(timer);
  if (!token()) return login("");
  try {
    const chosen = filter || "automatic=false";
    const [counts, items] = await Promise.all([ask("queue/counts"), ask(`queue/items?limit=${PAGE_SIZE}&${chosen}`)]);
    const queue = counts.queues.we ?? { unlinked: 0, linked: 0, automatic: 0 };
    for (const name of ["unlinked", "linked", "automatic"]) byId(name).textContent = queue[name];
    byId("quarantine").textContent = counts.quarantine;
    byId("quarantine-line").hidden = counts.quarantine === 0;
    byId("items").replaceChildren(...items.map(row));
    byId("more").hidden = items.length < PAGE_SIZE;
    byId("queue").hidden = false;
    byId("login").hidden = true;
    say(`Bijgewerkt om ${new Date().toLocaleTimeString("nl-BE")}`);
  } catch (error) {
    if (error instanceof Refused) return login(error.message);
    say(`${error.message || "Geen antwoord"}. Er wordt opnieuw geprobeerd.`, true);
  }
  timer = setTimeout(refresh, REFRESH_MILLISECONDS);
}

function login(message) {
  byId("queue").hidden = true;
  byId("login").hidden = false;
  say(message || "Meld u aan met een token.", Boolean(message));
}

byId("login").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem("token", byId("token").value.trim());
  refresh();
});
for (const button of document.querySelectorAll("nav button")) {
  button.addEventListener("click", () => {
    filter = button.dataset.filter;
    for (const other of document.querySelectorAll("nav button")) other.setAttribute("aria-pressed", String(other === button));
    refresh();
  });
}
refresh();
