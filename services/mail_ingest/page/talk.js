// Talking with the service. The token comes behind the # of the address (never sent to a server) or from the form.

// Not or no longer signed in.
export class Refused extends Error {}

// The service understood and said no; `problem` is its answer, with a Dutch `message` and often the item as it is now.
export class Declined extends Error {
  constructor(problem) {
    super(problem.message ?? problem.detail ?? problem.title ?? "Dat kan nu niet.");
    this.problem = problem;
  }
}

export function token() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    sessionStorage.setItem("token", given);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem("token");
}

export function signIn(given) {
  sessionStorage.setItem("token", given.trim());
}

async function send(path, options) {
  const headers = { Authorization: `Bearer ${token()}`, ...options.headers };
  return fetch(path, { ...options, headers }).catch(() => null);
}

async function problemOf(answer) {
  const problem = await answer.json().catch(() => ({}));
  if (answer.status === 401) {
    sessionStorage.removeItem("token");
    return new Refused(problem.detail ?? problem.title ?? "U bent niet aangemeld.");
  }
  if (answer.status < 500) return new Declined(problem);
  return new Error(problem.title ?? `De dienst antwoordt met een fout (${answer.status})`);
}

export async function ask(path) {
  const answer = await send(path, {});
  if (answer === null) throw new Error("De dienst antwoordt niet");
  if (answer.ok) return answer;
  const problem = await problemOf(answer);
  if (answer.status !== 403) throw problem;
  sessionStorage.removeItem("token");
  throw new Refused(problem.message);
}

export const askJson = async (path) => (await ask(path)).json();

// For parts of the page that another version of the service may not have.
export const askIfThere = async (path) => {
  const answer = await send(path, {});
  return answer?.ok ? answer.json() : null;
};

function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Tell the service to do something. When no answer came it is asked once more with the same key: it does nothing twice.
export async function tell(path, body, method = "POST") {
  const headers = { "Content-Type": "application/json", "Idempotency-Key": newKey() };
  const options = { method, headers, body: JSON.stringify(body) };
  const answer = (await send(path, options)) ?? (await send(path, options));
  if (answer === null) throw new Error("De dienst antwoordt niet; het is niet zeker of dit gebeurd is. Kijk na en probeer opnieuw.");
  if (!answer.ok) throw await problemOf(answer);
  return answer.json();
}

export const command = (item, action) =>
  tell(`queue/items/${encodeURIComponent(item.item)}/commands`, { action, expected_revision: item.revision });
