/* The thread of a conversation: its turns, latest at the bottom, earlier ones on scrolling up, and the composer. */

import { get, path } from "/page/api.js";
import { caller, keeps, may } from "/page/caller.js";
import { Composer } from "/page/composer.js";
import { button, fill, h } from "/page/dom.js";
import { rememberConversation } from "/page/session.js";
import { emptyArchive, problemNotice } from "/page/states.js";
import { Turn } from "/page/turn.js";

const PAGE = 10;
const IN_BLOCK = 4; // turns that are laid out or skipped together: what a browser has to look at grows with the blocks

/** `conversation`: its id, or null for a new one. `begun(id)`: it has an id now. */
export function threadView(conversation, { begun }) {
  const turns = h("div", { class: "turns" });
  const earlier = button("Earlier questions", () => loadEarlier(), { class: "earlier", hidden: true });
  const intro = h("div", { class: "intro" });
  const heading = h("h1", { class: "hidden" }, "Conversation");
  const scroller = h("div", { class: "scroller", tabindex: "-1" }, earlier, intro, turns);
  const composer = new Composer({ ask, stop: () => running?.abort() });
  const element = h("div", { class: "thread" }, scroller, composer.element);
  let id = conversation, running = null, cursor = null, loading = false;

  const does = {
    anew: (request) => ask({ filters: {}, as_of: null, length: "medium", ...request }),
    edit: ({ question, filters = {}, as_of = null, length = "medium", showFilters = false }) => {
      composer.edit(question, { filters, as_of, length });
      if (showFilters) composer.showFiltersQuietly(true);
    },
  };

  async function ask({ question, filters = {}, as_of = null, length = "medium", llm }) {
    if (running) return;
    fill(intro);
    const request = { question, filters, length, ...(as_of ? { as_of } : {}), ...(llm ? { llm } : {}), ...(keeps() ? { conversation_id: id ?? "new" } : {}) };
    const turn = new Turn(question, does);
    place("end", turn.element);
    scroller.prepend(heading);
    turn.element.scrollIntoView({ block: "start" });
    running = new AbortController();
    composer.working(true);
    document.title = `${question} · Dateline`;
    const answer = await turn.run({ ...request, conversation_id: request.conversation_id }, running.signal);
    running = null;
    composer.working(false);
    if (answer?.conversation_id && element.isConnected) {
      id = answer.conversation_id;
      rememberConversation(id);
      begun(id);
    }
  }

  async function loadEarlier(first = false) {
    if (loading) return;
    loading = true;
    earlier.disabled = true;
    try {
      const page = await get(path("v1", "conversations", id, "answers"), { limit: PAGE, cursor });
      cursor = page.next_cursor;
      await put(page.answers, first);
    } catch (error) {
      if (first) fill(intro, problemNotice(error, () => { fill(intro); loadEarlier(true); }));
      else earlier.before(problemNotice(error));
    }
    loading = false;
    earlier.disabled = false;
    earlier.hidden = !cursor;
    watch.unobserve(earlier); // asked anew: whoever scrolled up meanwhile is at the top already
    watch.observe(earlier);
  }

  /** Put a turn into the first or the last block, or into a new one. */
  function place(where, element) {
    let block = where === "end" ? turns.lastElementChild : turns.firstElementChild;
    if (!block || block.childElementCount >= IN_BLOCK) {
      block = h("div", { class: "block" });
      if (where === "end") turns.append(block);
      else turns.prepend(block);
    }
    if (where === "end") block.append(element);
    else block.prepend(element);
  }

  /** One by one, so that scrolling goes on meanwhile. */
  async function put(answers, first) {
    for (const answer of answers.toReversed()) {
      const turn = new Turn(answer.question, does);
      turn.show(answer);
      const before = scroller.scrollHeight, top = scroller.scrollTop;
      place("start", turn.element);
      if (first) scroller.scrollTop = scroller.scrollHeight;
      else scroller.scrollTop = top + scroller.scrollHeight - before;
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    }
    if (first) {
      turns.lastElementChild?.lastElementChild?.scrollIntoView({ block: "start" });
      document.title = `${answers[0]?.question ?? "Conversation"} · Dateline`;
    }
  }

  const watch = new IntersectionObserver((entries) => { if (entries.some((one) => one.isIntersecting) && cursor) loadEarlier(); }, { root: scroller, rootMargin: "600px 0px 0px 0px" });
  watch.observe(earlier);

  async function start() {
    await caller();
    composer.filters.load();
    if (id) {
      scroller.prepend(heading);
      await loadEarlier(true);
      if (turns.childElementCount) {
        rememberConversation(id);
        begun(id);
      }
    } else {
      fill(intro, await welcome(composer));
      composer.words.focus({ preventScroll: true });
    }
  }
  start().catch((error) => fill(intro, problemNotice(error, () => { fill(intro); start(); })));
  return { element, leave: () => { running?.abort(); watch.disconnect(); } };
}

async function welcome() {
  const { outlets } = may("read") ? await get("/v1/outlets").catch(() => ({ outlets: null })) : { outlets: null };
  if (outlets?.length === 0) return emptyArchive(may("write"));
  const articles = outlets?.reduce((sum, outlet) => sum + outlet.articles, 0);
  return h("section", { class: "state", "aria-label": "New question" },
    h("h1", {}, "Ask the archive"),
    outlets && h("p", {}, `${articles.toLocaleString("en")} articles of ${outlets.filter((one) => one.name).length} outlets. Every sentence of an answer cites the exact words of an article. If the archive does not hold the answer, Dateline says so.`),
    !keeps() && h("p", { class: "notice calm" }, "This server does not store questions: each is answered on its own, and gone when you close the page."));
}
