/* The client of the HTTP API: requests with the session's key, problems as errors, streamed answers. */

import { events } from "/page/sse.js";
import { key } from "/page/session.js";

/** An error with a problem (RFC 9457): the server's, or one made here if the server can't be reached. */
export class ProblemError extends Error {
  constructor(problem, retryAfter = null) {
    super(problem.detail);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
  get status() { return this.problem.status; }
  get kind() { return (this.problem.type ?? "").split(":").pop(); }
}

export const OFFLINE = "offline";
export const BROKEN = "broken-off";

function problem(kind, detail, hint) {
  return new ProblemError({ type: `page:${kind}`, title: detail, status: 0, detail, hint, retryable: true });
}

async function send(path, { method = "GET", body, signal, headers = {} } = {}) {
  const secret = key();
  let response;
  try {
    response = await fetch(path, {
      method, signal, body, credentials: "omit", redirect: "error", referrerPolicy: "no-referrer", cache: "no-store",
      headers: { ...headers, ...(secret ? { Authorization: `Bearer ${secret}` } : {}) },
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw problem(OFFLINE, "the server can’t be reached", "Check the connection; what you typed is kept.");
  }
  if (response.ok) return response;
  const said = await response.json().catch(() => null);
  const found = said && typeof said.detail === "string" ? said : { type: "about:blank", title: response.statusText, status: response.status, detail: `the server answered with ${response.status}` };
  throw new ProblemError({ ...found, status: response.status }, Number(response.headers.get("Retry-After")) || null);
}

const asJson = (value) => ({ body: JSON.stringify(value), headers: { "Content-Type": "application/json" } });

export async function get(path, params = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined && one !== null && one !== "") query.append(name, one);
  }
  const text = query.toString();
  return (await send(text ? `${path}?${text}` : path)).json();
}

export const post = async (path, value) => (await send(path, { method: "POST", ...(value === undefined ? {} : asJson(value)) })).json();
export const put = async (path, value) => (await send(path, { method: "PUT", ...asJson(value) })).json();
export async function remove(path) {
  const response = await send(path, { method: "DELETE" });
  return response.status === 204 ? null : response.json();
}

/** A path of encoded parts: `path("v1", "articles", id)`. */
export const path = (...parts) => `/${parts.map(encodeURIComponent).join("/")}`;

/** Upload a file unchanged. */
export const sendFile = async (address, file, type, signal) =>
  (await send(address, { method: "POST", body: file, signal, headers: { "Content-Type": type } })).json();

/** Ask, and hand each event to `on[name]`; the last is `done`. Raises `ProblemError`, also where the stream breaks off. */
export async function ask(request, on, signal) {
  const response = await send("/v1/answers", { method: "POST", signal, ...asJson({ ...request, stream: true }) });
  let ended = false;
  try {
    for await (const event of events(response.body)) {
      const value = JSON.parse(event.data);
      if (event.name === "error") throw new ProblemError(value);
      on[event.name]?.(value);
      if (event.name === "done") { ended = true; break; }
    }
  } catch (error) {
    if (error instanceof ProblemError || error.name === "AbortError") throw error;
    throw problem(BROKEN, "the connection broke in the middle of the answer", "What has arrived stays. Ask again for the whole answer.");
  }
  if (!ended) throw problem(BROKEN, "the connection broke in the middle of the answer", "What has arrived stays. Ask again for the whole answer.");
}
