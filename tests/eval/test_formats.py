"""Others' formats: retrieval sets, RealTimeQA, labelled answers, plain predictions; and the judge judged by them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from dateline.eval.formats.plain import PlainPrediction, of_plain, read_plain
from dateline.eval.formats.questions import read_questions
from dateline.eval.formats.ragtruth import LabelledAnswer, read_labelled
from dateline.eval.formats.realtimeqa import read_realtimeqa
from dateline.eval.formats.topics import read_topics
from dateline.eval.judge import Judgement, WordsJudge
from dateline.eval.judging import judge_the_judge
from dateline.index.article import Span
from dateline.index.errors import InputError, RemoteError

QRELS = "301 0 FBIS3-1 1\n301 0 FBIS3-2 0\n302 0 LA-7 2\n303 0 LA-9 0\n"


def written(file: Path, *lines: Any) -> Path:
    file.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines), "utf-8")
    return file


@pytest.mark.parametrize(
    "topics",
    [
        "<top>\n<num> Number: 301\n<title> Organized\ncrime\n<desc> Description:\nIdentify.\n</top>\n"
        "<top><num>302<title>Why polio?</top><top><num>303<title>Other</top>",
        "301\tOrganized crime\n302\tWhy polio?\n303\tOther",
        '{"_id": "301", "text": "Organized crime", "metadata": {}}\n{"_id": 302, "text": "Why polio?"}\n'
        '{"_id": "303", "text": "Other"}',
    ],
    ids=["trec", "tsv", "beir"],
)
@pytest.mark.parametrize("qrels", [QRELS, "query-id\tcorpus-id\tscore\n301\tFBIS3-1\t1\n302\tLA-7\t2\n303\tLA-9\t0\n"])
def test_topics_and_qrels_are_gold_questions(tmp_path: Path, topics: str, qrels: str) -> None:
    (tmp_path / "qrels").write_text(qrels)
    (tmp_path / "topics").write_text(topics)
    first, second = read_questions(tmp_path / "topics", qrels=tmp_path / "qrels")
    assert (first.id, first.question, first.kind, first.grades) == ("301", "Organized crime", "fact", {"FBIS3-1": 1})
    assert (second.id, second.kind, second.grades) == ("302", "why", {"LA-7": 2})


def test_every_line_of_topics_and_qrels_that_is_wrong_is_named(tmp_path: Path) -> None:
    topics = written(tmp_path / "topics", "301\tOrganized crime", "302 no tab")
    qrels = written(tmp_path / "qrels", "301 0 a 1", "301 a", "301 0 b high")
    with pytest.raises(InputError, match=r"qrels: line 2: .*\n.*qrels: line 3"):
        read_topics(topics, qrels)
    written(qrels, "301 0 a 1")
    with pytest.raises(InputError, match="topics: line 2: has no tab"):
        read_topics(topics, qrels)
    written(qrels, "9 0 a 1")
    with pytest.raises(InputError, match="none of its topics has a relevant article"):
        read_topics(written(topics, "301\tOrganized crime"), qrels)
    with pytest.raises(InputError, match="has no <num> or no <title>"):
        read_topics(written(topics, "<top><num>301</top>"), written(qrels, "301 0 a 1"))


def test_realtimeqa_is_read_as_published_and_with_the_pages_named(tmp_path: Path) -> None:
    published = {
        "question_id": "20220617_0",
        "question_date": "2022/06/17",
        "question_sentence": "Which show returns?",
        "choices": ["Chess", "“River Days”"],
        "answer": ["1"],
        "evidence": "…",
    }
    named = {"id": "b", "question": "How many fell?", "asked": "2022-06-18", "gold": "two", "gold_pages": ["p1", "p2"]}
    one, other = read_realtimeqa(written(tmp_path / "questions.jsonl", published, named))
    assert (one.id, str(one.asked_at), one.nuggets[0].accepted) == ("20220617_0", "2022-06-17", ("“River Days”",))
    assert (one.grades, other.grades, other.question) == ({}, {"p1": 1, "p2": 1}, "How many fell?")
    broken = [{**published, "answer": ["7"]}, {"id": "c"}, {**named, "asked": "soon"}]
    with pytest.raises(InputError, match=r"line 1: is no .*IndexError.*\n.*line 2: .*KeyError.*\n.*line 3: asked_at"):
        read_realtimeqa(written(tmp_path / "broken.jsonl", *broken))


def test_the_real_sets_are_read(dev_data: Path) -> None:
    questions = read_realtimeqa(dev_data / "data" / "realtimeqa" / "dev-2022" / "questions.jsonl.gz")
    assert len(questions) == 805
    assert sum(bool(each.grades) for each in questions) == 484
    answers = read_labelled(dev_data / "data" / "ragtruth" / "dev.jsonl.gz")
    assert len(answers) == 875
    assert sum(bool(each.unsupported) for each in answers if each.kind == "qa") == 126


def test_labelled_answers_are_read_alone_or_with_their_sources_beside(tmp_path: Path) -> None:
    labels = [{"start": 3, "end": 5, "label_type": "Evident Conflict"}]
    alone = written(
        tmp_path / "dev.jsonl", {"task": "qa", "context": "It rose.", "response": "It fell.", "labels": labels}
    )
    assert read_labelled(alone) == [LabelledAnswer("qa", "It rose.", "It fell.", (Span(3, 5),))]
    folder = tmp_path / "pair"
    folder.mkdir()
    written(
        folder / "source_info.jsonl",
        {"source_id": "1", "task_type": "Summary", "source_info": "It rose."},
        {"source_id": "2", "task_type": "QA", "source_info": {"question": "?", "passages": "It fell."}},
    )
    pair = written(
        folder / "response.jsonl",
        {"source_id": "1", "response": "It rose.", "labels": []},
        {"source_id": "2", "response": "It rose.", "labels": labels},
    )
    assert [(each.kind, each.source) for each in read_labelled(pair)] == [("Summary", "It rose."), ("QA", "It fell.")]
    good: dict[str, Any] = {"context": "", "response": "", "labels": []}
    for bad, wrong in (
        ({"context": ""}, "line 2 has no `response`, `labels`"),
        ({"id": "q1", "text": "It rose."}, "line 2 has no `context`, `response`, `labels`"),
        (good | {"labels": [{"text": "rose"}]}, "line 2 has `labels` without numbers `start` and `end`"),
        ({"source_id": 7, "response": "", "labels": []}, "line 2 has a `source_id` that source_info.jsonl lacks"),
    ):
        with pytest.raises(InputError) as raised:
            read_labelled(written(tmp_path / "dev.jsonl", good, bad))
        assert raised.value.message == f"{tmp_path / 'dev.jsonl'}: {wrong}"
    with pytest.raises(InputError, match=r"; 7 more lines$"):
        read_labelled(written(tmp_path / "dev.jsonl", *[{"id": "q1"}] * 10))
    with pytest.raises(InputError, match="there is no answer in it"):
        read_labelled(written(tmp_path / "dev.jsonl", ""))


def test_a_plain_prediction_reports_what_it_has(tmp_path: Path) -> None:
    full = {
        "id": "q1",
        "text": "It rose.",
        "claims": [{"text": "It rose.", "citations": [{"article_id": "a", "quote": "rose", "text": "it rose"}]}],
        "passages": [{"article_id": "a", "text": "it rose"}],
        "confidence": 0.5,
    }
    file = written(tmp_path / "said.jsonl", full, {"id": "q2", "refused": True, "refusal_reason": "no_coverage"})
    one, other = map(of_plain, read_plain(file, ["q1", "q2"]))
    assert one.reports == {"claims", "sources", "passages", "confidence"}
    assert (one.short_answer, one.sources[0].article_id) == ("It rose.", "a")
    assert one.cited_text(one.citations[0]) == "it rose"
    assert (other.refused, other.refusal_reason, other.text, set(other.reports)) == (
        True,
        "no_coverage",
        "",
        {"refusal_reason"},
    )
    assert of_plain(PlainPrediction(id="q", text="It rose.", short_answer="")).short_answer == ""


def test_every_problem_of_plain_predictions_is_named(tmp_path: Path) -> None:
    lines = [
        {"id": "q1", "text": "x"},
        {"id": "q1", "text": "y"},
        {"id": "q2"},
        {"id": "q3", "text": "x", "prose": 1},
        {"id": "q9", "text": "x"},
        "{",
    ]
    with pytest.raises(InputError) as caught:
        read_plain(written(tmp_path / "said.jsonl", *lines), ["q1", "q2", "q3"])
    assert [line.split("said.jsonl: ")[1] for line in caught.value.message.split("\n")][:4] == [
        "line 2: 'q1' is answered by line 1 already",
        "line 3: it has neither `text` nor `refused`",
        "line 4: prose: unknown field",
        "line 5: answers 'q9', which is none of the gold questions",
    ]


ANSWERS = [
    LabelledAnswer("qa", "The Alm rose by 3 metres. Bakers left.", "The Alm rose by 3 metres.", ()),
    LabelledAnswer("qa", "The Alm rose by 3 metres.", "The Alm rose by 3 metres. It fell by 40.", (Span(26, 40),)),
    LabelledAnswer("summary", "The hall was cold.", "The hall was cold.", ()),
    LabelledAnswer("summary", "The hall was cold.", "Nobody came to hear them.", (Span(0, 6),)),
]


def test_the_judge_is_measured_beside_its_floors() -> None:
    found = judge_the_judge(ANSWERS, WordsJudge())
    assert [(each.scorer, each.kind) for each in found[:4]] == [
        ("words", "qa"),
        ("floor: length", "qa"),
        ("floor: unseen words", "qa"),
        ("floor: constant", "qa"),
    ]
    judge, length, _, constant = found[-4:]
    assert (judge.kind, judge.answers, judge.unsupported) == ("all", 4, 2)
    assert judge.auroc is not None
    assert (judge.auroc.mean, judge.balanced_accuracy) == (1.0, 1.0)
    assert judge.claim_recall is not None
    assert (judge.claim_recall.mean, judge.claim_recall.cases) == (1.0, 2)
    assert judge.claim_accepted is not None
    assert (judge.claim_accepted.mean, judge.claim_accepted.cases) == (1.0, 3)
    assert length.auroc is not None
    # 25 and 18 code points against 40 and 25: of four pairs three are shorter, one is as long.
    assert length.auroc.mean == (3 + 1 / 2) / 4
    assert constant.auroc is not None
    assert constant.auroc.mean == 0.5
    assert judge_the_judge(ANSWERS[:1], WordsJudge())[0].auroc is None


def test_what_claims_nothing_is_not_judged_but_passes_where_people_marked_it() -> None:
    lead, claim = "Here are the facts:", "The hall was cold."
    text = f"{lead}\n\n{claim}"
    answers = [
        LabelledAnswer("qa", claim, text, ()),
        LabelledAnswer("qa", claim, text, (Span(0, len(lead)),)),
    ]
    judge = judge_the_judge(answers, WordsJudge())[0]
    assert judge.claim_accepted is not None
    assert (judge.claim_accepted.mean, judge.claim_accepted.cases) == (1.0, 2)
    assert judge.claim_recall is not None
    assert (judge.claim_recall.mean, judge.claim_recall.cases) == (0.0, 1)
    assert judge.balanced_accuracy == 0.5


def test_a_judge_that_fails_in_the_middle_gives_no_figures() -> None:
    class Failing:
        name, self_judged = "failing", False

        def __call__(self, claim: str, texts: Sequence[str]) -> Judgement:
            if "Nobody" in claim:
                raise RemoteError("the line is dead")
            return Judgement(1.0, "fine")

    with pytest.raises(RemoteError, match="the judge failed at answer 4 of 4: the line is dead"):
        judge_the_judge(ANSWERS, Failing())
