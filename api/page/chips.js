/* Numbered chips after a sentence; each shows a card on hover or focus: outlet, date, exact words. */

import { button, fill, h } from "/page/dom.js";
import { basisNote, dated, inWords } from "/page/dates.js";
import { onPages } from "/page/pages.js";
import { oneLine } from "/page/text.js";

const CLOSE_AFTER = 220;
const OPEN_AFTER = 120;

let card = null;
let shown = null;
let timer = 0;
let moved = false;
let quiet = false;
let pointer = { x: -1, y: -1 };

/** The chips of some citations, one a source, in the order of the sources' numbers. `open(chip)` is called on a click. */
export function chips(citations, sources, about, open) {
  const bySource = new Map();
  for (const citation of citations) {
    if (!bySource.has(citation.source)) bySource.set(citation.source, []);
    bySource.get(citation.source).push(citation);
  }
  return [...bySource.keys()].sort((a, b) => a - b).map((number) => chip(number, bySource.get(number), sources.get(number), about, open));
}

function chip(number, citations, source, about, open) {
  const label = `Source ${number}: ${source?.outlet ?? "unknown outlet"}, ${inWords(source?.published)}${onPages(citations)}`;
  const element = h("button", { type: "button", class: "chip", "aria-label": label, "aria-expanded": "false" }, number);
  element.cited = { number, citations, source, about, open: () => open({ citations, source, opener: element }) };
  element.addEventListener("click", () => { hide(); element.cited.open(); });
  element.addEventListener("pointermove", (event) => { if (event.pointerType !== "touch" && moved && shown !== element) later(() => show(element), OPEN_AFTER); });
  element.addEventListener("pointerenter", () => { if (shown === element) clearTimeout(timer); });
  element.addEventListener("pointerleave", () => later(() => hide(), CLOSE_AFTER));
  element.addEventListener("focus", () => { if (!quiet && element.matches(":focus-visible")) show(element); });
  return element;
}

function later(work, delay) {
  clearTimeout(timer);
  timer = setTimeout(work, delay);
}

/** Show the card of a chip. It stands behind the chip, so that Tab leads into it. */
export function show(chip, focusOn = null) {
  clearTimeout(timer);
  if (shown === chip && card?.isConnected) return;
  hide(false);
  const all = [...chip.closest("[data-answer]")?.querySelectorAll(".chip") ?? [chip]];
  const place = all.indexOf(chip);
  const { number, citations, source, about } = chip.cited;
  const step = (to, name) => button(name, () => { all[to].scrollIntoView({ block: "nearest" }); show(all[to], name); }, { class: "plain", disabled: to < 0 || to >= all.length });
  card = h("span", { class: "card", popover: "manual", role: "group", "aria-label": `Source ${number}` });
  fill(card,
    h("span", { class: "card-head" }, h("b", {}, source?.outlet ?? "Unknown outlet"), h("span", {}, dated(source?.published), basisNote(source?.published_basis), onPages(citations))),
    h("span", { class: "card-title" }, source?.title ?? "Without a title"),
    citations.map((citation) => h("q", { class: "card-quote" }, oneLine(citation.quote))),
    about?.speaker && h("span", { class: "card-note" }, `Said by ${[about.speaker, about.speaker_role].filter(Boolean).join(", ")}`),
    source?.corrected_by?.length > 0 && h("span", { class: "card-note warn" }, "A correction of this article is in the archive."),
    h("span", { class: "card-actions" }, step(place - 1, "Previous"), h("span", { class: "card-place" }, `${place + 1} of ${all.length}`), step(place + 1, "Next"),
      button("Open article", () => { hide(); chip.cited.open(); }, { class: "plain strong" }),
      about?.report && button("Report sentence", () => { hide(); about.report(chip); }, { class: "plain" })),
  );
  card.addEventListener("pointerenter", () => clearTimeout(timer));
  card.addEventListener("pointerleave", () => later(() => hide(), CLOSE_AFTER));
  card.addEventListener("focusout", (event) => { if (event.relatedTarget !== chip && !card?.contains(event.relatedTarget)) later(() => hide(), 0); });
  chip.addEventListener("focusout", leave);
  chip.after(card);
  card.showPopover();
  position(card, chip);
  shown = chip;
  chip.setAttribute("aria-expanded", "true");
  if (focusOn) ([...card.querySelectorAll("button")].find((one) => one.textContent === focusOn && !one.disabled) ?? chip).focus();
}

function leave(event) {
  if (card && !card.contains(event.relatedTarget)) later(() => hide(), 0);
}

/** Show no card. A focus that was in it goes back to its chip, unless `refocus` is false. */
export function hide(refocus = true) {
  clearTimeout(timer);
  if (!shown) return;
  const [chip, old] = [shown, card];
  shown = card = null;
  chip.removeEventListener("focusout", leave);
  chip.setAttribute("aria-expanded", "false");
  const focused = old.contains(document.activeElement);
  old.remove();
  clearTimeout(timer); // set by the focus that left with it
  if (focused && refocus) focusQuietly(chip);
}

/** Focus a chip, or anything else, without a card. */
export function focusQuietly(chip) {
  quiet = true;
  chip.focus();
  quiet = false;
}

function position(element, by) {
  const box = by.getBoundingClientRect(), size = element.getBoundingClientRect(), edge = 8;
  const left = Math.max(edge, Math.min(box.left - 24, innerWidth - size.width - edge));
  const below = box.bottom + 6;
  const above = box.top - size.height - 6;
  element.style.left = `${left}px`;
  element.style.top = `${below + size.height > innerHeight - edge && above > edge ? above : below}px`;
}

// What a new layout brings under a pointer that rests shows nothing.
addEventListener("pointermove", ({ clientX, clientY }) => {
  moved = clientX !== pointer.x || clientY !== pointer.y;
  pointer = { x: clientX, y: clientY };
}, true);
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !shown) return;
  event.stopPropagation();
  const chip = shown;
  hide(false);
  focusQuietly(chip);
}, true);
addEventListener("scroll", () => { if (shown && !card.contains(document.activeElement)) hide(); }, true);
