/* The page's entry point: routes addresses to views, lists conversations, waits for the server. */

import { ProblemError, get } from "/page/api.js";
import { caller, forget, keyed, may, seesAll } from "/page/caller.js";
import { hide } from "/page/chips.js";
import { showConversations } from "/page/conversations.js";
import { fill } from "/page/dom.js";
import { closePane } from "/page/pane.js";
import { key, onConversations, setKey } from "/page/session.js";
import { broken, offline, opening, problemNotice } from "/page/states.js";
import { threadView } from "/page/thread.js";

const RETRY = 2000;
const main = document.getElementById("main");
const menu = document.getElementById("menu");
const account = document.getElementById("account");
let leave = null;
let here = null;

/** Address behind `#` → its view: {element, leave?, title?}. What is seldom needed is fetched when it is. */
async function viewOf(route, parts, query) {
  switch (route) {
    case "": case "new": return threadView(null, { begun });
    case "c": return threadView(parts[0], { begun });
    case "answers": return (await import("/page/permalink.js")).permalinkView(parts[0]);
    case "check": return (await import("/page/check.js")).checkView();
    case "archive": return (await import("/page/archive.js")).archiveView(query);
    case "articles": return (await import("/page/article.js")).articleView(parts[0], query);
    case "sources": return (await import("/page/sources.js")).sourcesView();
    case "status": return (await import("/page/status.js")).statusView();
    case "feedback": return (await import("/page/feedback_list.js")).feedbackListView();
    case "sign-in": return (await import("/page/sign_in.js")).signInView(signedIn);
    default: return threadView(null, { begun });
  }
}

/** A conversation has got its id: the address says so, and what is shown stays. */
function begun(id) {
  if (here !== `#/c/${id}`) {
    here = `#/c/${id}`;
    history.replaceState(null, "", here);
  }
  list();
}

async function go() {
  const address = location.hash || "#/";
  if (address === here) return;
  here = address;
  hide();
  closePane();
  closeMenu();
  leave?.();
  const [where, search = ""] = address.slice(1).split("?");
  const [route, ...parts] = where.split("/").slice(1).map(decoded);
  for (const link of document.querySelectorAll("#views a")) {
    const own = link.hash.slice(2);
    if (own === (route === "c" || route === "new" || route === "answers" ? "" : ["articles", "sources"].includes(route) ? "archive" : route === "feedback" ? "status" : route)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = "Dateline";
  try {
    if (route !== "sign-in") await caller();
    const view = await viewOf(route, parts, new URLSearchParams(search));
    if (address !== here) { view.leave?.(); return; }
    leave = view.leave ?? null;
    fill(main, view.element);
    if (view.title) document.title = `${view.title} · Dateline`;
    main.scrollTop = 0;
    if (route !== "" && route !== "new" && document.activeElement === document.body) main.focus({ preventScroll: true });
    known();
  } catch (error) {
    if (address === here) failed(error);
  }
  list();
}

function decoded(part) {
  try { return decodeURIComponent(part); } catch { return part; }
}

/** The server can't answer now, or not to us. */
async function failed(error) {
  leave = null;
  if (error.status === 401) {
    setKey(null);
    here = null;
    location.hash = "#/sign-in";
    return;
  }
  const again = () => { here = null; forget(); go(); };
  if (error.status === 0) fill(main, offline(again));
  else if (error.status === 503) fill(main, error.problem.detail?.endsWith("being opened") ? opening() : broken(error.problem));
  else { fill(main, problemNotice(error, again)); return; }
  const waitedFor = here;
  setTimeout(async () => {
    if (here !== waitedFor) return;
    try { await get("/readyz"); again(); } catch (still) { if (here === waitedFor) failed(still instanceof ProblemError ? still : error); }
  }, RETRY);
}

function signedIn() {
  forget();
  here = null;
  location.hash = "#/";
  go();
}

function known() {
  account.textContent = keyed() ? "Sign out" : "Sign in";
  account.hidden = !keyed() && !key() && location.hash !== "#/sign-in" && may("admin");
  document.querySelector('#views a[href="#/archive"]').hidden = !may("read");
  document.querySelector('#views a[href="#/check"]').hidden = !may("ask");
  document.querySelector('#views a[href="#/status"]').hidden = !may("read") || !seesAll();
}

function list() {
  if (may("ask")) showConversations(document.getElementById("conversations"), here).catch(() => {});
}

account.addEventListener("click", () => {
  if (keyed() || key()) { setKey(null); forget(); here = null; fill(document.getElementById("conversations")); fill(main); }
  location.hash = "#/sign-in";
  if (here === null) go();
});

function closeMenu() {
  document.body.classList.remove("with-menu");
  menu.setAttribute("aria-expanded", "false");
}
menu.addEventListener("click", () => {
  const open = document.body.classList.toggle("with-menu");
  menu.setAttribute("aria-expanded", String(open));
  if (open) document.getElementById("new").focus();
});
addEventListener("keydown", (event) => { if (event.key === "Escape" && document.body.classList.contains("with-menu")) { closeMenu(); menu.focus(); } });
document.getElementById("new").addEventListener("click", () => { if (location.hash === "#/new") { here = null; go(); } });
document.getElementById("side").addEventListener("click", (event) => { if (event.target.closest("a")) closeMenu(); });
document.getElementById("skip").addEventListener("click", (event) => { event.preventDefault(); main.focus(); });
addEventListener("hashchange", go);
addEventListener("online", () => { if (main.querySelector(".state[role=alert]")) { here = null; forget(); go(); } });
onConversations(list);
go();
