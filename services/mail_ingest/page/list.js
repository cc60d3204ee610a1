// The table of items. Rows stay the same elements while their items stay, so that a refresh takes away no focus.
import { at, automaticOf, element, filesOf, linkOf, subjectText, viaOf, waiting, whyOf } from "./words.js";

const WORDS = 3; // of a suggestion; the rest stands in the item itself
export const selected = new Set();

function subjectOf(item) {
  const shown = element("span", item.subject?.trim() ? "subject" : "subject none", subjectText(item));
  shown.title = item.subject ?? "";
  return shown;
}

function factsOf(item) {
  const facts = [item.afzender ?? "onbekende afzender"];
  if (item.bron !== "mail") facts.push(item.bron);
  if (item.automatic) facts.push(automaticOf(item.automatic));
  if (item.attachments.length) facts.push(filesOf(item));
  if (item.behandelaar) facts.push(`bij ${item.behandelaar}`);
  if (item.answered_at) facts.push(`beantwoord ${viaOf(item.answered_via)}`.trim());
  return facts.join(" · ");
}

function questionOf(item) {
  const question = element("button", "question");
  question.type = "button";
  question.append(subjectOf(item), element("span", "from", factsOf(item)), element("span", "preview", item.preview));
  for (const remark of item.remarks) question.append(element("span", "remark", remark.text));
  return question;
}

function ageOf(item) {
  const age = element("div", "", waiting(item.first_contact_at));
  age.title = at(item.first_contact_at);
  return age;
}

function suggestionOf(item, labels) {
  const cell = element("div", "");
  if (!item.suggestion || item.suggestion.wachtrij === item.wachtrij) return cell;
  const { wachtrij } = item.suggestion;
  cell.append(element("span", "chip", labels.get(wachtrij) ?? wachtrij), element("div", "why", whyOf(item.suggestion, WORDS)));
  return cell;
}

function tickOf(item) {
  const label = element("label", "tick");
  const box = element("input", "");
  box.type = "checkbox";
  box.checked = selected.has(item.item);
  box.setAttribute("aria-label", `Kies: ${subjectText(item)}`);
  label.append(box);
  return label;
}

function fill(row, item, labels) {
  const state = JSON.stringify(item) + [...labels].join();
  if (row.dataset.state === state) return;
  row.dataset.state = state;
  row.dataset.revision = item.revision;
  const focused = row.contains(document.activeElement) ? document.activeElement.className : null;
  const link = element("div", "");
  link.append(...linkOf(item));
  row.replaceChildren();
  const cells = [["tick", tickOf(item)], ["age", ageOf(item)], ["", questionOf(item)], ["hint", suggestionOf(item, labels)], ["link", link]];
  for (const [className, content] of cells) {
    const cell = row.insertCell();
    cell.className = className;
    cell.append(content);
  }
  if (focused !== null) row.querySelector(focused === "question" ? ".question" : "input").focus();
}

export function show(body, items, labels) {
  const old = new Map([...body.rows].map((row) => [row.dataset.item, row]));
  const kept = new Set(items.map((item) => item.item));
  for (const [name, row] of old) if (!kept.has(name)) row.remove();
  items.forEach((item, place) => {
    const row = old.get(item.item) ?? document.createElement("tr");
    row.dataset.item = item.item;
    fill(row, item, labels);
    row.querySelector("input").checked = selected.has(item.item);
    row.cells[1].firstChild.textContent = waiting(item.first_contact_at);
    if (body.rows[place] !== row) body.insertBefore(row, body.rows[place] ?? null);
  });
}

// What was ticked and still stands in the list, as a bulk command wants it.
export function ticked() {
  const rows = [...document.querySelectorAll("tbody tr")].filter((row) => selected.has(row.dataset.item));
  return rows.map((row) => ({ item: row.dataset.item, expected_revision: Number(row.dataset.revision) }));
}

export function tick(row, on) {
  if (on) selected.add(row.dataset.item);
  else selected.delete(row.dataset.item);
  row.querySelector("input").checked = on;
}
