/* One turn of a conversation: question, understanding, the answer as it arrives, and actions. */

import { BROKEN, ask, get, path } from "/page/api.js";
import { AnswerView, byline, flagNotices } from "/page/answer.js";
import { answerActions } from "/page/actions.js";
import { dated, days } from "/page/dates.js";
import { button, count, fill, h, say } from "/page/dom.js";
import { giveFeedback } from "/page/feedback.js";
import { refusalView } from "/page/refusal.js";
import { openSource, revisionOf } from "/page/source.js";
import { problemNotice } from "/page/states.js";
import { model, seesAll } from "/page/caller.js";

const SHOW_FOUND_AFTER = 900;
const MOST_FOUND = 5;

export class Turn {
  /** `does`: {anew(request), edit(request)}. */
  constructor(question, does = {}) {
    this.question = question;
    this.does = does;
    this.answer = null;
    this.request = null;
    this.view = this.#newView();
    this.about = h("div", { class: "understood" });
    this.progress = h("div", { class: "progress" });
    this.flags = h("div", { class: "flags" });
    this.end = h("div", { class: "turn-end" });
    this.heading = h("h2", { class: "question", tabindex: "-1" }, question);
    this.element = h("article", { class: "turn", "aria-label": question }, this.heading, this.about, this.flags, this.progress, this.view.element, this.end);
  }

  #newView() {
    return new AnswerView({
      open: (what) => openSource({ ...what, flags: this.answer?.flags ?? [] }),
      report: (claim, opener) => { if (this.answer) giveFeedback(this.answer, { claim, rating: "unhelpful", opener }); },
    });
  }

  /** Ask, and show what arrives. Resolves to the Answer, or null. */
  async run(request, signal) {
    this.request = request;
    this.element.classList.add("live"); // its sentences fade in; those of a stored answer are there
    const started = performance.now();
    const steps = this.#steps();
    let passages = [];
    const timer = setTimeout(() => this.#found(passages, signal), SHOW_FOUND_AFTER);
    try {
      await ask(request, {
        retrieval: (event) => { passages = event.passages; this.id = event.answer_id; this.#understood(event.understanding); steps.reading(event); },
        claim: (event) => { steps.checking(); this.view.claim(event); },
        disagreement: (event) => this.view.disagreement(event),
        done: (answer) => { this.show(answer); },
      }, signal);
      fill(this.progress);
      const said = this.answer.refusal ? `No answer: ${this.answer.refusal.message}` : `Answer with ${count(this.answer.claims.length, "sentence")}. ${this.answer.short_answer?.text ?? this.answer.text}`;
      say(said);
      this.milliseconds = performance.now() - started;
      return this.answer;
    } catch (error) {
      fill(this.progress);
      this.element.classList.add("unfinished");
      const again = () => this.does.anew?.(request);
      if (error.name === "AbortError") {
        fill(this.end, h("p", { class: "notice calm" }, this.view.claims.length ? "Stopped. The sentences above were checked; they are not stored." : "Stopped.", " ", button("Ask again", again, { class: "plain" })));
        say("Stopped");
      } else {
        fill(this.end, error.kind === BROKEN && this.view.claims.length > 0 && h("p", { class: "dim" }, "The sentences above were checked; the answer may be incomplete."), problemNotice(error, again));
      }
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The whole Answer, new or stored. */
  show(answer) {
    this.answer = answer;
    this.id = answer.id;
    this.element.dataset.id = answer.id;
    this.#understood(answer.understanding);
    fill(this.flags, flagNotices(answer));
    if (answer.refusal) {
      fill(this.view.body);
      this.view.claims = [];
      this.view.element.replaceChildren(refusalView(answer, this.request, { open: (what) => openSource(what), anew: this.does.anew, edit: this.does.edit && (() => this.does.edit(this.#asked())) }));
    } else {
      this.view.finish(answer);
    }
    fill(this.end,
      answer.gaps.length > 0 && h("p", { class: "notice calm" }, "Not answered: ", answer.gaps.join("; ")),
      answer.understanding.notes.map((note) => h("p", { class: "notice calm" }, note)),
      this.#fault(answer),
      h("p", { class: "words-line" }, !answer.refusal && byline(answer), !answer.stored && h("span", { class: "dim" }, " · not stored by this server")),
      answerActions(answer, this.request, { ...this.does, edit: this.does.edit && (() => this.does.edit(this.#asked())) }));
  }

  #asked() {
    return this.request ?? { question: this.question, filters: {}, as_of: null };
  }

  #fault(answer) {
    const llm = answer.receipt.llm;
    if (!llm?.fault) return null;
    const loading = /deadline|HTTP 503|can't be reached/.test(llm.fault);
    return h("p", { class: "notice" }, h("b", {}, `${llm.model} did not answer`), `: ${llm.fault}. `, answer.answered_by === "reader" ? "The reader answered instead, in the articles’ own words." : "The sentences that passed the check are shown.", loading && " A model that is still loading may answer in a minute.");
  }

  #understood(understanding) {
    const { standalone_question: standalone, time_window: window } = understanding;
    const change = () => this.does.edit?.({ ...this.#asked(), filters: { ...(this.request?.filters ?? {}), ...(window.from ? { published_from: window.from.slice(0, 10) } : {}), ...(window.to ? { published_to: window.to.slice(0, 10) } : {}) }, showFilters: true });
    fill(this.about,
      standalone !== this.question && h("p", {}, "Understood as: ", h("b", {}, standalone)),
      window.applies_to && h("p", {}, "Time: ", h("b", {}, windowInWords(window)), window.applies_to === "publication" ? " of publication; other articles are left out" : " of the event; reports of it from any time count", " ",
        this.does.edit && button("Change the time", change, { class: "plain" })));
  }

  #steps() {
    const step = (name, words) => h("li", { data: { step: name } }, words);
    const list = h("ol", { class: "steps", role: "status" }, step("searching", "Searching the archive …"));
    this.foundPlace = h("ul", { class: "found" });
    fill(this.progress, list, this.foundPlace);
    const now = (name, words) => { const found = list.querySelector(`[data-step="${name}"]`); if (found) found.textContent = words; else list.append(step(name, words)); };
    return {
      reading: ({ passages }) => {
        const articles = new Set(passages.map((passage) => passage.passage_id.split(":").slice(0, -2).join(":")));
        now("searching", `Found ${count(passages.length, "passage")} in ${count(articles.size, "article")}`);
        now("reading", model() && this.request.llm !== "off" ? `Reading; ${model()} is writing …` : "Reading …");
      },
      checking: () => now("checking", `Checking: ${count(this.view.claims.length + 1, "sentence")} passed …`),
    };
  }

  /** Says so where a model on the server's machine is still being loaded. */
  async #modelState() {
    if (!model() || !seesAll() || this.request.llm === "off") return;
    const status = await get("/v1/status").catch(() => null);
    const reading = this.progress.querySelector('[data-step="reading"]');
    if (reading && status?.local_model?.state === "loading") reading.textContent = `${model()} is being loaded …`;
  }

  /** What was found so far, where the answer takes its time. */
  async #found(passages, signal) {
    this.#modelState();
    const heads = new Map();
    for (const { passage_id: id } of passages) {
      const article = id.split(":").slice(0, -2).join(":");
      if (!heads.has(article)) heads.set(article, id);
      if (heads.size === MOST_FOUND) break;
    }
    for (const [article, id] of heads) {
      if (signal.aborted || this.answer || !this.foundPlace.isConnected) return;
      const known = await get(path("v1", "articles", article), { revision: revisionOf(id) }).catch(() => null);
      if (known) this.foundPlace.append(h("li", {}, h("b", {}, known.outlet ?? "Unknown outlet"), ` ${known.title ?? "without a title"} `, h("span", { class: "dim" }, dated(known.published))));
    }
  }
}

function windowInWords({ from, to }) {
  if (from && to) return days(from, to);
  return from ? `since ${days(from, from)}` : `until ${days(to, to)}`;
}
