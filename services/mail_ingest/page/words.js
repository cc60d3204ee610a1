// Making elements, and what codes are called. Text of mails only ever becomes textContent.

const METHODS = {
  own_message_id: "kopie van een mail die het CRM verstuurde",
  in_reply_to: "antwoord op een mail uit dit gesprek",
  references: "verwijst naar een mail uit dit gesprek",
  token: "ons kenmerk staat in de mail",
  thread_index: "zelfde gesprek in Outlook",
  dossier_number: "dossiernummer in de mail",
  subject: "zelfde onderwerp en personen",
  sender: "afzender staat op het dossier",
  address: "adres van het dossier staat in de mail",
  building: "gebouw van het dossier staat in de mail",
  organisation: "organisatie van het dossier staat in de mail",
  crm: "door het CRM",
  contact: "door wie het contact noteerde",
  person: "door een medewerker",
};
const AUTOMATIC = { auto_reply: "automatisch antwoord", bounce: "onbestelbaar", list: "nieuwsbrief of lijst" };
const VIA = { crm: "via het CRM", outlook: "via Outlook" };
const moment = new Intl.DateTimeFormat("nl-BE", { dateStyle: "full", timeStyle: "short" });

export const byId = (id) => document.getElementById(id);
export const at = (instant) => moment.format(new Date(instant));
export const methodOf = (code) => METHODS[code] ?? code ?? "";
export const automaticOf = (code) => AUTOMATIC[code] ?? code;
export const viaOf = (code) => VIA[code] ?? code ?? "";
export const subjectText = (item) => item.subject?.trim() || "(geen onderwerp)";

export function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

export function button(className, text, act) {
  const made = element("button", className, text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

export function waiting(since) {
  const minutes = Math.max(0, Math.floor((Date.now() - new Date(since)) / 60000));
  if (minutes < 1) return "net binnen";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} uur`;
  const days = Math.floor(hours / 24);
  return days === 1 ? "1 dag" : `${days} dagen`;
}

export function filesOf(item) {
  const number = item.attachments.length;
  if (number === 0) return "";
  return number === 1 ? "1 bijlage" : `${number} bijlagen`;
}

export function linkOf(item) {
  if (item.klantenreis) {
    return [element("span", "badge linked", item.klantenreis), element("div", "why", methodOf(item.link_method))];
  }
  const number = item.candidates.length;
  const found = [element("span", "badge unlinked", "nog niet gekoppeld")];
  if (number) found.push(element("div", "why", number === 1 ? "1 mogelijke klantenreis" : `${number} mogelijke klantenreizen`));
  return found;
}

// Why a queue is suggested, in words; at most `most` of them.
export function whyOf(suggestion, most = Infinity) {
  if (suggestion.basis === "dossier") return "zoals het dossier waaraan dit gekoppeld is";
  const words = suggestion.words.slice(0, most).map((word) => `"${word}"`);
  return words.join(", ") + (suggestion.words.length > most ? ", ..." : "");
}

// Nothing is chosen beforehand but `value`: what somebody chose for another item must not slip into this one.
export function options(select, choices, empty, value = "") {
  const made = [["", empty], ...choices].map(([code, label]) => Object.assign(element("option", "", label), { value: code }));
  select.replaceChildren(...made);
  select.value = choices.some(([code]) => code === value) ? value : "";
}
