/* The filters of a question: dates, outlets, a saved filter, length; filters can be saved under a name. */

import { get, path, put } from "/page/api.js";
import { inWords } from "/page/dates.js";
import { button, count, fill, h, say } from "/page/dom.js";
import { may, seesAll } from "/page/caller.js";
import { problemNotice } from "/page/states.js";

const NAME = /^[a-z0-9_-]{1,64}$/;

/** What is set, as `POST /v1/answers` takes it. */
export function emptyChoice() {
  return { filters: {}, as_of: null, length: "medium" };
}

/** In words, for the line above the question; empty where nothing is set. */
export function inBrief({ filters, as_of, length }) {
  const parts = [];
  const { published_from: from, published_to: to, outlets = [], saved } = filters;
  if (from && to) parts.push(`published ${inWords(from)} – ${inWords(to)}`);
  else if (from) parts.push(`since ${inWords(from)}`);
  else if (to) parts.push(`until ${inWords(to)}`);
  if (outlets.length) parts.push(outlets.length <= 2 ? outlets.join(" or ") : count(outlets.length, "outlet"));
  if (saved) parts.push(`filter “${saved}”`);
  if (as_of) parts.push(`as of ${inWords(as_of)}`);
  if (length && length !== "medium") parts.push(`${length} answer`);
  return parts;
}

/** The form. `changed(choice)` is called at every change. */
export class FilterForm {
  constructor(changed) {
    this.choice = emptyChoice();
    this.changed = changed;
    const date = (name, label, hint) => h("label", {}, label, h("input", { type: "date", name, max: "9999-12-31", title: hint, on: { change: () => this.#read() } }));
    this.outlets = h("fieldset", { class: "outlets" }, h("legend", {}, "Outlets"), h("p", { class: "dim" }, "…"));
    this.saved = h("select", { name: "saved", on: { change: () => this.#read() } }, h("option", { value: "" }, "none"));
    this.savedLabel = h("label", { hidden: true }, "Saved filter", this.saved);
    this.name = h("input", { type: "text", name: "save-as", maxlength: "64", pattern: "[a-z0-9_\\-]+", placeholder: "name, e.g. sports-desk", "aria-label": "Name to save these filters under" });
    this.saving = h("p", { class: "saving", hidden: true }, this.name, button("Save these filters", () => this.#save()));
    this.trouble = h("div", {});
    this.element = h("form", { class: "filters", "aria-label": "Filters", on: { submit: (event) => event.preventDefault() } },
      h("div", { class: "dates" }, date("published_from", "Published from"), date("published_to", "Published to"), date("as_of", "Archive as of", "The archive as it was: no later articles or revisions, none without a date"),
        h("label", {}, "Length", h("select", { name: "how-long", on: { change: () => this.#read() } }, ["short", "medium", "long"].map((one) => h("option", { selected: one === "medium" }, one)))), this.savedLabel),
      this.outlets, this.saving, this.trouble,
      h("p", { class: "actions" }, button("Clear filters", () => this.set(emptyChoice()))));
  }

  /** Fetch outlets and saved filters. */
  async load() {
    this.saving.hidden = !may("admin");
    try {
      const { outlets } = may("read") ? await get("/v1/outlets") : { outlets: [] };
      fill(this.outlets, h("legend", {}, "Outlets"), outlets.filter((one) => one.name).map((outlet) => h("label", { class: "check" },
        h("input", { type: "checkbox", name: "outlet", value: outlet.name, on: { change: () => this.#read() } }), `${outlet.name} `, h("span", { class: "dim" }, outlet.articles.toLocaleString("en")))));
      if (!outlets.length) this.outlets.append(h("p", { class: "dim" }, "none yet"));
      if (may("read") && seesAll()) await this.#loadSaved();
      this.#write();
    } catch (error) {
      fill(this.trouble, problemNotice(error, () => { fill(this.trouble); this.load(); }));
    }
  }

  async #loadSaved() {
    const { filters } = await get("/v1/filters");
    fill(this.saved, h("option", { value: "" }, "none"), filters.map((one) => h("option", { value: one.name }, one.name)));
    this.savedLabel.hidden = filters.length === 0;
  }

  /** Set it from outside. */
  set(choice) {
    this.choice = { ...emptyChoice(), ...choice };
    this.#write();
    this.changed(this.choice);
  }

  #read() {
    const form = this.element.elements;
    const filters = {};
    for (const name of ["published_from", "published_to"]) if (form[name].value) filters[name] = form[name].value;
    const outlets = [...this.outlets.querySelectorAll("input:checked")].map((box) => box.value);
    if (outlets.length) filters.outlets = outlets;
    if (this.saved.value) filters.saved = this.saved.value;
    this.choice = { filters, as_of: form.as_of.value || null, length: form["how-long"].value };
    this.changed(this.choice);
  }

  #write() {
    const form = this.element.elements, { filters, as_of, length } = this.choice;
    for (const name of ["published_from", "published_to"]) form[name].value = (filters[name] ?? "").slice(0, 10);
    form.as_of.value = (as_of ?? "").slice(0, 10);
    form["how-long"].value = length ?? "medium";
    for (const box of this.outlets.querySelectorAll("input")) box.checked = (filters.outlets ?? []).includes(box.value);
    this.saved.value = filters.saved ?? "";
  }

  async #save() {
    const name = this.name.value.trim();
    fill(this.trouble);
    if (!NAME.test(name)) {
      fill(this.trouble, h("p", { class: "notice bad", role: "alert" }, "A filter’s name has letters a–z, digits, _ and - only."));
      this.name.focus();
      return;
    }
    const { saved: _saved, ...part } = this.choice.filters;
    try {
      await put(path("v1", "filters", name), part);
      await this.#loadSaved();
      this.saved.value = name;
      this.name.value = "";
      this.set({ ...this.choice, filters: { saved: name } });
      say(`Saved as ${name}`);
    } catch (error) {
      fill(this.trouble, problemNotice(error));
    }
  }
}
