/* The feedback dialog for an answer or one sentence: reasons and a comment. */

import { path, post } from "/page/api.js";
import { button, fill, h, say } from "/page/dom.js";
import { problemNotice } from "/page/states.js";
import { shortened } from "/page/text.js";

export const REASONS = { wrong: "Wrong", unsupported: "Not what the source says", outdated: "Outdated", incomplete: "Incomplete", off_topic: "Doesn’t answer the question", bias: "One-sided", other: "Something else" };

/** Ask for it and send it. `claim`: the sentence that it is about; none: the whole answer. */
export function giveFeedback(answer, { claim = null, rating, opener }) {
  const trouble = h("div", {});
  const comment = h("textarea", { rows: "3", maxlength: "2000", name: "comment" });
  const reasons = rating === "unhelpful" && h("fieldset", {}, h("legend", {}, "What is wrong with it?"), Object.entries(REASONS).map(([value, words]) => h("label", { class: "check" }, h("input", { type: "checkbox", name: "reason", value }), words)));
  const send = h("button", { type: "submit", class: "strong" }, "Send");
  const title = claim ? "This sentence" : rating === "helpful" ? "A helpful answer" : "Not a helpful answer";
  const dialog = h("dialog", { class: "dialog", "aria-labelledby": "feedback-title" },
    h("form", { on: { submit: (event) => { event.preventDefault(); submit(); } } },
      h("h2", { id: "feedback-title" }, title), claim && h("blockquote", {}, shortened(claim.text, 240)), reasons,
      h("label", {}, "Comment (optional)", comment), trouble,
      h("p", { class: "actions" }, button("Cancel", () => dialog.close()), send)));
  dialog.addEventListener("close", () => { dialog.remove(); if (opener?.isConnected) opener.focus(); });
  document.body.append(dialog);
  dialog.showModal();

  async function submit() {
    send.disabled = true;
    const given = { rating, reasons: [...dialog.querySelectorAll("input:checked")].map((box) => box.value), comment: comment.value.trim() || null, claim_id: claim?.id ?? null };
    try {
      await post(path("v1", "answers", answer.id, "feedback"), given);
      dialog.close();
      say("Thank you, it is stored");
      const place = opener?.closest(".turn")?.querySelector(".turn-end");
      place?.append(h("p", { class: "notice calm" }, claim ? "Thank you. Your feedback on the sentence is stored." : "Thank you. Your feedback is stored."));
    } catch (error) {
      send.disabled = false;
      fill(trouble, problemNotice(error));
    }
  }
}
