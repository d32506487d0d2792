/* The input for a question: Enter asks, Shift+Enter breaks the line; filters above, Stop while it runs. */

import { button, fill, h } from "/page/dom.js";
import { FilterForm, inBrief } from "/page/filters.js";

const LONGEST = 2000;

export class Composer {
  /** `ask({question, filters, as_of, length})`, `stop()`. */
  constructor({ ask, stop }) {
    this.ask = ask;
    this.busy = false;
    this.filters = new FilterForm((choice) => this.#brief(choice));
    this.filters.element.hidden = true;
    this.filters.element.id = "filters";
    this.toggle = button("Filters", () => this.showFilters(this.filters.element.hidden), { class: "plain", "aria-expanded": "false", "aria-controls": "filters" });
    this.brief = h("ul", { class: "brief", "aria-label": "Filters that are set" });
    this.words = h("textarea", { id: "question", rows: "1", maxlength: LONGEST, placeholder: "Ask the archive", "aria-label": "Question", enterkeyhint: "send", autocomplete: "off" });
    this.send = h("button", { type: "submit", class: "strong" }, "Ask");
    this.stop = button("Stop", stop, { hidden: true });
    this.element = h("div", { class: "composer" }, this.filters.element,
      h("form", { on: { submit: (event) => { event.preventDefault(); this.#submit(); } } },
        this.words, h("div", { class: "composer-bar" }, this.toggle, this.brief, this.stop, this.send)));
    this.words.addEventListener("input", () => this.#size());
    this.words.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
  }

  get choice() { return this.filters.choice; }

  /** Put a question, and perhaps filters, here to be changed. */
  edit(question, choice = null) {
    if (choice) this.filters.set(choice);
    this.words.value = question;
    this.#size();
    this.words.focus();
    this.words.setSelectionRange(question.length, question.length);
  }

  showFilters(shown) {
    this.filters.element.hidden = !shown;
    this.toggle.setAttribute("aria-expanded", String(shown));
    if (shown) this.filters.element.querySelector("input").focus();
  }

  working(busy) {
    this.busy = busy;
    const had = document.activeElement === this.stop;
    this.stop.hidden = !busy;
    this.send.hidden = busy;
    if (had) this.words.focus();
  }

  #submit() {
    const question = this.words.value.trim();
    if (!question || this.busy) return;
    this.words.value = "";
    this.#size();
    this.showFiltersQuietly(false);
    this.ask({ question, ...this.choice });
  }

  showFiltersQuietly(shown) {
    this.filters.element.hidden = !shown;
    this.toggle.setAttribute("aria-expanded", String(shown));
  }

  #size() {
    this.words.style.height = "auto";
    this.words.style.height = `${Math.min(this.words.scrollHeight, 200)}px`;
  }

  #brief(choice) {
    const parts = inBrief(choice);
    fill(this.brief, parts.map((part) => h("li", {}, part)));
    this.toggle.textContent = parts.length ? `Filters (${parts.length})` : "Filters";
  }
}
