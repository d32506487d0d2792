/* Notices: problems, and an archive that is empty, being opened, unreadable or out of reach. */

import { OFFLINE } from "/page/api.js";
import { button, h } from "/page/dom.js";

/** A problem with its hint. `again`: called by “Try again”, if the problem is retryable. */
export function problemNotice(error, again = null) {
  const problem = error.problem ?? { title: "Something went wrong on this page", detail: String(error.message ?? error), retryable: true };
  const place = h("div", { class: "notice bad", role: "alert" },
    h("p", {}, h("b", {}, headline(error, problem))),
    h("p", {}, sentence(problem.detail), problem.hint && ` ${sentence(problem.hint)}`),
    problem.errors?.length > 0 && h("ul", {}, problem.errors.map((one) => h("li", {}, `${one.location.replace(/^body\./, "")}: ${one.message}`))),
    problem.request_id && h("p", { class: "dim small" }, `Request ${problem.request_id}`));
  if (again && (problem.retryable || error.status === 0 || error.status === 429)) {
    const retry = button("Try again", again);
    place.append(h("p", {}, retry));
    if (error.retryAfter && error.status === 429) countDown(retry, error.retryAfter);
  }
  return place;
}

function headline(error, problem) {
  if (error.kind === OFFLINE) return "Offline";
  if (error.status === 429) return "Too many questions for now";
  if (error.status === 503) return error.kind === "overloaded" ? "The server is busy" : "Not ready yet";
  if (error.status === 401) return "A key is needed";
  if (error.status === 403) return "Not allowed with this key";
  return problem.title || "Something went wrong";
}

const sentence = (text) => (text ? text[0].toUpperCase() + text.slice(1) + (/[.!?…”]$/.test(text) ? "" : ".") : "");

function countDown(retry, seconds) {
  retry.disabled = true;
  let left = Math.min(Math.ceil(seconds), 3600);
  const tick = () => {
    if (!retry.isConnected && left < seconds) return;
    retry.textContent = left > 0 ? `Try again in ${left} s` : "Try again";
    retry.disabled = left > 0;
    if (left-- > 0) setTimeout(tick, 1000);
  };
  tick();
}

/** The archive has no article: how to fill it. */
export function emptyArchive(mayWrite) {
  return h("section", { class: "state", "aria-label": "Empty archive" },
    h("h1", {}, "The archive is empty"),
    h("p", {}, "Dateline answers only from the articles in its archive."),
    h("ul", {},
      mayWrite && h("li", {}, h("a", { href: "#/archive" }, "Drop files or feeds"), " on the archive’s page."),
      h("li", {}, "Or on the server: ", h("code", {}, "dateline ingest ARTICLES…"), " reads Markdown, text, HTML, JSON, JSONL, RSS and Atom."),
      h("li", {}, "Or over HTTP: ", h("code", {}, "POST /v1/articles"), "; ", h("a", { href: "/docs" }, "the API"), " describes it.")));
}

/** The archive is being opened. */
export function opening() {
  return h("section", { class: "state", role: "status" }, h("h1", {}, "Opening the archive …"), h("p", {}, "Models and indexes are being loaded. This page continues by itself."));
}

/** The server can't be reached. */
export function offline(again) {
  return h("section", { class: "state", role: "alert" }, h("h1", {}, "Offline"), h("p", {}, "The server can’t be reached. What you typed is kept; this page retries by itself."), button("Try again now", again));
}

/** The archive can't be opened. */
export function broken(problem) {
  return h("section", { class: "state", role: "alert" }, h("h1", {}, "The archive can’t be read"), h("p", {}, sentence(problem.detail), problem.hint && ` ${sentence(problem.hint)}`));
}
