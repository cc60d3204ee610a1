// The words by which a queue is suggested: look, edit, try them on a text, use them on what waits.
import { Declined, Refused, askJson, tell } from "./talk.js";
import { byId, element, options } from "./words.js";

let desk = null;
let version = null;

export function prepare(given) {
  desk = given;
}

export async function open(wachtrij) {
  options(byId("list-queue"), [...desk.labels].filter(([code]) => desk.active.has(code)), "kies een wachtrij", wachtrij);
  byId("try-result").replaceChildren();
  byId("lists").showModal();
  await look();
}

function say(text) {
  byId("list-said").textContent = text;
}

async function guarded(work) {
  try {
    await work();
  } catch (error) {
    if (error instanceof Refused) desk.trouble(error);
    else say(error.message);
  }
}

const path = () => `queue/queues/${encodeURIComponent(byId("list-queue").value)}/words`;

function render(list) {
  version = list.version;
  byId("list-words").value = list.words.map(({ word, weight }) => `${weight} ${word}`).join("\n");
}

function look() {
  say("");
  if (!byId("list-queue").value) return undefined;
  return guarded(async () => render(await askJson(path())));
}

// One word per line, its weight first.
function typed() {
  const lines = byId("list-words").value.split("\n").map((line) => line.trim()).filter(Boolean);
  return lines.map((line) => {
    const parts = /^(\d)\s+(.+)$/.exec(line);
    if (!parts) throw new Declined({ title: `Begin deze regel met een gewicht van 0 tot 9: ${line}` });
    return { weight: Number(parts[1]), word: parts[2] };
  });
}

function save() {
  return guarded(async () => {
    render(await tell(path(), { words: typed(), version }, "PUT"));
    say("Bewaard. Nieuwe mails krijgen hun voorstel met deze woorden.");
  });
}

function attempt() {
  return guarded(async () => {
    const found = await tell("queue/suggest", { subject: byId("try-subject").value, text: byId("try-text").value });
    const lines = found.found.map((one) => {
      const place = one.in_subject ? " (onderwerp)" : "";
      return element("li", "", `${desk.labels.get(one.wachtrij) ?? one.wachtrij}: "${one.text}"${place}, ${one.points} punten`);
    });
    const told = element("ul", "");
    told.append(...lines);
    byId("try-result").replaceChildren(element("p", "", found.uitleg), told);
  });
}

function use() {
  return guarded(async () => {
    let changed = 0;
    for (let next = {}; next !== null; ) {
      const part = await tell("queue/suggestions/refresh", next);
      ({ next } = part);
      changed += part.changed;
      say(`${changed} voorstellen gewijzigd ...`);
    }
    say(changed === 1 ? "1 voorstel is gewijzigd." : `${changed} voorstellen zijn gewijzigd.`);
    desk.changed();
  });
}

byId("list-queue").addEventListener("change", look);
byId("list-form").addEventListener("submit", (event) => {
  event.preventDefault();
  save();
});
byId("try-form").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt();
});
byId("list-use").addEventListener("click", use);
