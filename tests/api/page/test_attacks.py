"""Markup, scripts, styles and addresses in every field that anybody can fill: nothing runs, nothing loads, nothing leaves."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Request, Route, expect

from dateline.api.asking import to_json
from dateline.index.filters import NO_FILTERS
from dateline.rag.answer import Answer, Disagreement, LlmUse, NearestPassage, Refusal
from tests.api.page.conftest import Site, ask, watched
from tests.api.page.scenes import Said, answer_of
from tests.articles import record

EVIL = "http://evil.example"
MARKUP = [
    "<script>hit()</script>",
    "<img src=x onerror=hit()>",
    f"<img src={EVIL}/i.png>",
    "<svg onload=hit()>",
    "<svg><script>hit()</script></svg>",
    f"<iframe src={EVIL}></iframe>",
    "<iframe srcdoc='<script>parent.hit()</script>'></iframe>",
    f"<link rel=stylesheet href={EVIL}/s.css>",
    "<style>body{display:none}</style>",
    f"<style>@import '{EVIL}/s.css'</style>",
    f"<div style='background:url({EVIL}/b.png)'>x</div>",
    f"<base href={EVIL}>",
    f"<meta http-equiv=refresh content='0;url={EVIL}'>",
    f"<form action={EVIL}><button>Send</button></form>",
    f"<object data={EVIL}/o></object>",
    f"<embed src={EVIL}/e>",
    f"<video src={EVIL}/v autoplay></video>",
    f"<audio src={EVIL}/a autoplay></audio>",
    "<details open ontoggle=hit()>",
    "<body onload=hit()>",
    "<input autofocus onfocus=hit()>",
    "<marquee onstart=hit()>",
    "<a href='javascript:hit()'>go</a>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=hit()>",
    "</title><script>hit()</script>",
    "</textarea><script>hit()</script>",
    "</script><script>hit()</script>",
    '"><script>hit()</script>',
    "' onmouseover='hit()",
    '" autofocus onfocus="hit()',
    "`${hit()}`",
    "{{constructor.constructor('hit()')()}}",
    "<%= hit() %>",
    "&lt;script&gt;hit()&lt;/script&gt;",
    "<template shadowrootmode=open><script>hit()</script></template>",
    '<noscript><p title="</noscript><img src=x onerror=hit()>">',
    "<portal src=http://evil.example>",
    "<portal><dialog open>",
    "<button popovertarget=source onbeforetoggle=hit()>x</button>",
    "<xss onpointerenter=hit() style=position:fixed;inset:0>x</xss>",
    "\u202egnp.exe\u2066",
    "\x00<scr\x00ipt>hit()</scr\x00ipt>".replace("\x00", ""),
    "<!--><script>hit()</script>-->",
    "<![CDATA[<script>hit()</script>]]>",
    "__proto__",
    "constructor",
    "[link](javascript:hit())",
    f"![]({EVIL}/m.png)",
]
ADDRESSES = [
    "javascript:hit()",
    "JAVASCRIPT:hit()",
    "java\nscript:hit()",
    " javascript:hit()",
    "data:text/html,<script>hit()</script>",
    "vbscript:hit()",
    "blob:http://evil.example/1",
    "file:///etc/passwd",
    'https://ok.example/"onmouseover="hit()',
    "https://ok.example/#<script>hit()</script>",
    "https://ok.example/?q='><img src=x onerror=hit()>",
    "about:blank",
]


def test_there_are_enough() -> None:
    assert len(MARKUP) + len(ADDRESSES) >= 60


@pytest.fixture(scope="module")
def site(serve_page: Callable[..., Site]) -> Site:
    """Each article has an attack in every field that survives reading; what is read away is put into answers below."""
    records: list[dict[str, Any]] = []
    for number, attack in enumerate(MARKUP):
        line = attack.replace("\n", " ")
        text = f"{line} said the mayor number {number} about the river Alm and the bakers of the town."
        records.append(
            record(
                f"m{number}",
                text,
                title=f"Title {line}",
                outlet=f"Outlet {line}",
                byline=f"By {line}",
                url=ADDRESSES[number % len(ADDRESSES)],
            )
        )
    return serve_page(*records)


def hostile(answer: Answer, attack: str, address: str, article_id: str) -> Answer:
    """The answer with the attack in every field of text that it has."""
    claims = tuple(
        replace(
            claim,
            text=attack,
            heading=attack,
            speaker=f"speaker {attack}",
            speaker_role=attack,
            citations=tuple(replace(citation, quote=attack) for citation in claim.citations),
        )
        for claim in answer.claims
    )
    sources = tuple(
        replace(
            source, title=attack, outlet=attack, url=address, published=attack, copies=(attack,), corrected_by=(attack,)
        )
        for source in answer.sources
    )
    position = replace(answer.disagreements[0].positions[0], value=attack)
    return replace(
        answer,
        claims=claims,
        sources=sources,
        short_answer=replace(answer.short_answer, text=attack) if answer.short_answer else None,
        disagreements=(
            Disagreement(attack, "conflict", (position, position)),
            Disagreement(attack, "update", (position, replace(position, superseded=True))),
        ),
        gaps=(attack,),
        answered_by=attack,
        understanding=replace(answer.understanding, standalone_question=f"stand {attack}", notes=(attack,)),
        receipt=replace(
            answer.receipt,
            encoder=attack,
            reader=attack,
            dropped=(replace(answer.receipt.dropped[0], text=attack, reason=attack),),
            timings_ms={attack: 1.0},
            llm=LlmUse(attack, attack, (attack,), attack, attack),
        ),
    )


class Trap:
    """Notices whatever runs or asks for anything."""

    def __init__(self, context: BrowserContext, site: Site) -> None:
        self.outside: list[str] = []
        self.ran: list[str] = []
        self.page = context.new_page()
        self.watch = watched(self.page)
        self.page.expose_function("hit", lambda: self.ran.append("hit"))

        def refuse(route: Route, request: Request) -> None:
            if request.url.startswith(site.url):
                route.continue_()
                return
            self.outside.append(request.url)
            route.abort()

        context.route("**/*", refuse)

    def check(self, attack: str) -> None:
        """That nothing has happened, and that no element or address came of it."""
        page = self.page
        assert (self.ran, self.outside, self.watch.dialogs) == ([], [], []), attack
        found = page.evaluate(
            """() => ({
                elements: [...document.querySelectorAll('script, iframe, object, embed, base, meta[http-equiv], style, img, svg, video, audio, xss, portal, math, marquee, template, body [style]:not(textarea):not(.card)')]
                    .filter(one => !one.closest('head') || (one.tagName !== 'SCRIPT' && one.tagName !== 'META')).map(one => one.outerHTML.slice(0, 200)),
                handlers: [...document.querySelectorAll('*')].flatMap(one => [...one.attributes].filter(a => /^on/i.test(a.name)).map(a => a.name)),
                links: [...document.links].map(one => one.protocol).filter(one => !['http:', 'https:'].includes(one)),
                proto: ({}).polluted === undefined && Object.prototype.hit === undefined,
            })"""
        )
        assert found == {"elements": [], "handlers": [], "links": [], "proto": True}, attack


def test_in_every_field_of_an_answer(site: Site, context: BrowserContext) -> None:
    trap = Trap(context, site)
    page = trap.page
    page.goto(site.url)
    page.locator(".state h1").wait_for()
    ids = [stored.article.id for stored in site.archive.list_articles(NO_FILTERS, limit=100)]
    base = site.archive.article(ids[0])
    words = base.article.text[:30]
    template = answer_of(
        site.archive, "?", [Said(ids[0], words)], short=words[:5], differ=[("conflict", "s", [("v", ids[0], words)])]
    )
    script = """async answer => {
        const { Turn } = await import('/page/turn.js');
        const { receiptView } = await import('/page/receipt.js');
        const { asHtml, asMarkdown } = await import('/page/copying.js');
        const turn = new Turn(answer.question, { anew() {}, edit() {} });
        turn.show(answer);
        const main = document.getElementById('main');
        main.replaceChildren(turn.element, receiptView(answer));
        document.title = answer.question;
        const html = asHtml(answer, location.href), parsed = new DOMParser;
        const chip = turn.element.querySelector('.chip');
        if (chip) { const { show } = await import('/page/chips.js'); show(chip); }
        return [turn.element.textContent, html, asMarkdown(answer, location.href)];
    }"""
    for number, attack in enumerate([*MARKUP, *ADDRESSES]):
        address = ADDRESSES[number % len(ADDRESSES)]
        answer = replace(hostile(template, attack, address, ids[0]), question=attack)
        shown, html, markdown = page.evaluate(script, json.loads(to_json(answer)))
        assert shown.count(attack) >= 8, attack  # it stands there as words
        assert "<script" not in html
        assert "javascript:" not in markdown.replace("\\", "") or "<javascript" not in markdown
        refused = replace(answer, claims=(), sources=(), disagreements=(), short_answer=None, refusal=_refusal(attack))
        page.evaluate(script, json.loads(to_json(refused)))
        trap.check(attack)


def _refusal(attack: str) -> Any:
    return Refusal("no_coverage", attack, (NearestPassage(attack, f"{attack}:1:0", attack, attack),))


def test_in_every_field_of_an_article(site: Site, context: BrowserContext) -> None:
    """In the list, in the article's own view, and beside an answer."""
    trap = Trap(context, site)
    page = trap.page
    page.goto(f"{site.url}/#/archive")
    page.locator(".articles tbody tr").first.wait_for()
    trap.check("list")
    for stored in site.archive.list_articles(NO_FILTERS, limit=100):
        page.evaluate("id => { location.hash = '#/articles/' + encodeURIComponent(id) }", stored.article.id)
        page.locator(".about dd", has_text=stored.article.id).first.wait_for()
        trap.check(stored.article.id)


def test_in_questions_filters_feedback_and_drafts(site: Site, context: BrowserContext) -> None:
    trap = Trap(context, site)
    page = trap.page
    page.goto(site.url)
    page.get_by_role("button", name="Filters", exact=True).click()
    page.locator(".outlets label").first.wait_for()
    trap.check("outlets")
    for attack in MARKUP[:12]:
        page.get_by_label("Name to save these filters under").fill(attack)
        page.get_by_role("button", name="Save these filters").click()
        expect(page.get_by_role("alert")).to_be_visible()
    trap.check("filter names")
    page.get_by_role("button", name="Filters", exact=True).click()
    question = " ".join(MARKUP[:8])
    ask(page, question)
    page.locator(".turn-end").get_by_role("group").wait_for()
    trap.check("question")
    page.get_by_role("button", name="Not helpful").click()
    page.get_by_label("Comment").fill(" ".join(MARKUP[:20]))
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".turn-end")).to_contain_text("is stored")
    page.goto(f"{site.url}/#/feedback")
    expect(page.locator(".feedback blockquote")).to_contain_text("<script>hit()</script>")
    trap.check("feedback")
    page.goto(f"{site.url}/#/check")
    page.get_by_role("textbox", name="Draft").fill("\n".join(MARKUP))
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator(".tally").wait_for()
    trap.check("draft")
    for attack in (
        "#/answers/<img src=x onerror=hit()>",
        "#/articles/%3Cscript%3Ehit()%3C/script%3E",
        "#/c/javascript:hit()",
        "#/archive?q=<svg onload=hit()>",
        "#/%",
        "#/__proto__",
    ):
        page.evaluate("hash => { location.hash = hash }", attack)
        page.wait_for_timeout(150)
        trap.check(attack)
    assert page.evaluate("eval.toString().includes('native')")


def test_the_policy_holds_even_against_the_page_itself(site: Site, context: BrowserContext) -> None:
    """Should a mistake let markup in: inline script, style, other hosts and strings as markup are all refused."""
    trap = Trap(context, site)
    page = trap.page
    page.goto(site.url)
    page.locator(".state h1").wait_for()
    refused = page.evaluate(
        """async evil => {
            const seen = [];
            document.addEventListener('securitypolicyviolation', event => seen.push(event.effectiveDirective));
            const tried = work => { try { work(); return false } catch { return true } };
            const markup = tried(() => { document.body.innerHTML = '<b>x</b>' });
            const image = new Image(); image.src = evil + '/x.png';
            const styled = document.createElement('div'); styled.setAttribute('style', 'color: red'); document.body.append(styled);
            const sent = await fetch(evil).then(() => true, () => false);
            await new Promise(done => setTimeout(done, 100));
            return { markup, sent, red: getComputedStyle(styled).color === 'rgb(255, 0, 0)', seen: [...new Set(seen)].sort() };
        }""",
        EVIL,
    )
    assert (refused["markup"], refused["sent"], refused["red"]) == (True, False, False)
    assert {"connect-src", "img-src", "style-src-attr"} <= set(refused["seen"])
    assert trap.ran == []
    assert trap.outside == []
