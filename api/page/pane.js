/* The pane on the right: one article or receipt at a time; on a phone it covers the page. */

import { focusQuietly } from "/page/chips.js";
import { button, fill, h } from "/page/dom.js";

const NARROW = matchMedia("(max-width: 60rem)");
let opener = null;
let turn = 0;

const pane = () => document.getElementById("source");

/** Show something. `label` names the pane; `from` gets the focus back. Gives what tells whether it is still this one. */
export function openPane(label, content, from) {
  const element = pane();
  opener = from ?? opener;
  const mine = ++turn;
  element.setAttribute("aria-label", label);
  fill(element, h("div", { class: "pane-bar" }, h("span", {}, label), button("Close", closePane, { class: "plain", id: "close-pane" })), h("div", { class: "pane-body", tabindex: "0" }, content));
  element.hidden = false;
  document.body.classList.add("with-source");
  cover();
  element.querySelector("#close-pane").focus();
  return () => mine === turn && !element.hidden;
}

/** Put something in place of what the pane shows, if it is still open. */
export function refillPane(content) {
  const body = pane().querySelector(".pane-body");
  if (body) fill(body, content);
  return body;
}

/** Close it; the focus goes back to where it was opened from. */
export function closePane() {
  const element = pane();
  if (element.hidden) return;
  turn++;
  element.hidden = true;
  element.replaceChildren();
  document.body.classList.remove("with-source");
  cover();
  if (opener?.isConnected) focusQuietly(opener);
  opener = null;
}

function cover() {
  const covered = NARROW.matches && !pane().hidden;
  for (const id of ["top", "side", "main"]) document.getElementById(id).inert = covered;
}

NARROW.addEventListener("change", cover);
addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) closePane(); });
