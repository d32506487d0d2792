/* The view of watched sources: state, dead letters; adding, pausing and running them, if the key may. */

import { get, path, post, put, remove } from "/page/api.js";
import { caller, may } from "/page/caller.js";
import { when } from "/page/dates.js";
import { button, count, fill, h, outside, say } from "/page/dom.js";
import { problemNotice } from "/page/states.js";

const EVERY = 5000;
const STATES = ["taken", "pending", "duplicate", "dead", "gone"];

export function sourcesView() {
  const place = h("div", {}, h("p", { class: "dim" }, "…"));
  const adding = h("div", {});
  const trouble = h("div", {});
  const element = h("div", { class: "view" }, h("h1", {}, "Sources"), adding, trouble, place);
  let timer = 0;

  async function load() {
    clearTimeout(timer);
    try {
      await caller();
      if (may("admin") && !adding.firstChild) fill(adding, addForm(act));
      const { sources } = await get("/v1/sources");
      const open = new Set([...place.querySelectorAll("details[open]")].map((one) => one.dataset.name));
      if (!place.contains(document.activeElement)) fill(place, sources.length ? h("ul", { class: "feedback" }, sources.map((one) => row(one, act, open))) : h("p", {}, "There are no sources yet."));
      timer = setTimeout(() => { if (element.isConnected) load(); }, EVERY);
    } catch (error) {
      fill(place, problemNotice(error, load));
    }
  }

  /** Do something about a source, then show how things are. */
  async function act(work, words) {
    fill(trouble);
    try {
      await work();
      say(words);
      document.activeElement?.blur();
      await load();
      return true;
    } catch (error) {
      fill(trouble, problemNotice(error));
      return false;
    }
  }

  load();
  return { element, title: "Sources", leave: () => clearTimeout(timer) };
}

function row(source, act, open) {
  const { name, entries, state } = source;
  const at = (...more) => path("v1", "sources", name, ...more);
  const does = (label, step) => button(label, () => act(() => post(at(step)), `${name}: ${label}`));
  const counts = STATES.filter((one) => entries[one]).map((one) => `${entries[one].toLocaleString("en")} ${one}`).join(", ");
  return h("li", {},
    h("p", {}, h("b", {}, name), " ", h("span", { class: `tag ${state === "active" ? "" : "warn"}` }, state), " ", outside(source.address, source.address)),
    h("p", { class: "dim" }, `${source.kind}, ${counts || "no entries yet"}; ${source.checked ? `checked ${when(source.checked)}` : "not run yet"}`),
    source.subscription && h("p", { class: "dim" }, `subscription at the hub ${new URL(source.subscription.hub).host}: ${source.subscription.state}`),
    source.subscription?.error && h("p", { class: "mark-warn" }, source.subscription.error),
    source.error && h("p", { class: "mark-warn" }, source.error),
    may("write") && h("p", { class: "actions" }, does("Run now", "run"), state === "active" ? does("Pause", "pause") : does("Resume", "resume"),
      may("admin") && button("Remove", () => { if (confirm(`Remove the source ${name}? Its articles stay.`)) act(() => remove(at()), `${name} is removed`); })),
    entries.dead > 0 && deadLetters(source, at, open.has(name)));
}

function deadLetters(source, at, isOpen) {
  const list = h("ul", {});
  const show = async () => {
    const { entries } = await get(at("entries"), { state: "dead", limit: 20 });
    fill(list, entries.map((one) => h("li", {}, outside(one.url, one.key), h("span", { class: "dim" }, ` ${one.error ?? ""}`))));
  };
  const box = h("details", { open: isOpen, data: { name: source.name }, on: { toggle: () => { if (box.open && !list.firstChild) show().catch((error) => fill(list, h("li", {}, problemNotice(error)))); } } },
    h("summary", {}, `${count(source.entries.dead, "entry", "entries")} can’t be ingested`), list);
  return box;
}

function addForm(act) {
  const select = (name, options) => h("select", { name }, options.map(([value, words]) => h("option", { value }, words)));
  const form = h("form", { class: "archive-filters", "aria-label": "Add a source", on: { submit: async (event) => {
    event.preventDefault();
    const { name, address, kind, every, gone, full } = form.elements;
    const source = { kind: kind.value, address: address.value.trim(), interval_seconds: Math.round(every.value * 60), gone: gone.value, full_text: kind.value === "feed" && full.checked };
    if (await act(() => put(path("v1", "sources", name.value.trim()), source), `${name.value} is added`)) form.reset();
  } } },
    h("label", {}, "Name", h("input", { name: "name", required: true, placeholder: "harbor-post" })), h("label", {}, "Address", h("input", { name: "address", type: "url", required: true })),
    h("label", {}, "Kind", select("kind", [["feed", "feed"], ["sitemap", "news sitemap"], ["page", "single page"]])), h("label", {}, "Every, minutes", h("input", { name: "every", type: "number", min: "1", max: "43200", value: "15" })),
    h("label", {}, "Articles taken down", select("gone", [["keep", "keep"], ["flag", "flag"], ["withdraw", "withdraw"]])), h("label", { class: "check" }, h("input", { name: "full", type: "checkbox" }), " fetch pages"),
    h("button", { type: "submit", class: "strong" }, "Add"));
  return form;
}
