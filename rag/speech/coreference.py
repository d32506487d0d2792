"""Coreference of speakers: who "he", "Ortaq" and "the commander" are, from the article so far.

Knows nothing of reporting verbs: the caller notes the speaker of each sentence, in order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from dateline.index.article import Span
from dateline.rag.language.word_set import word_set
from dateline.rag.speech.noun_phrase import is_title
from dateline.rag.speech.speaker import Speaker, SpeakerPhrase, read_phrase
from dateline.rag.speech.speaker_lexicon import HONORIFICS, NOT_IN_PHRASE, is_person_noun, singular_person

_WITHIN = 3
"""How many sentences back a pronoun may refer."""
_CAPITALS = r"(?:(?:[A-Z]\.(?:-?[A-Z]\.)*|[A-Z][^\W_]*(?:[’'-][^\W_]+)*|al|bin|de|van|von|der|el)[ \u00a0]){1,4}"
_LEAD = re.compile(
    r"[\s—–-]*(?:(?:On|In|At|By|Last|Late|Early|Earlier|After|For|Since|During)\b[^,]{1,60}, "
    r"|(?:But|And|Yet|Still|Meanwhile|However|Then|Now|Also|Instead|So),? )?"
)
_MALE = re.compile(
    r"\b(?:Mr\.?|man|father|son|brother|husband|uncle|king|prince|chairman|spokesman|businessman|congressman)\b",
    re.IGNORECASE,
)
_FEMALE = re.compile(
    r"\b(?:Mrs\.?|Ms\.?|Miss|woman|mother|daughter|sister|wife|aunt|queen|princess|chairwoman|spokeswoman|actress|congresswoman)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Mention:
    speaker: Speaker
    kind: str
    plural: bool
    sentence: int


@dataclass(slots=True)
class Mentions:
    """The people mentioned in an article so far. Filled sentence by sentence."""

    text: str
    _said: list[_Mention] = field(default_factory=list)
    _count: int = 0
    _others: int = -1
    """The last sentence whose subject is a person other than the last speaker."""
    _she: dict[str, str] = field(default_factory=dict)
    _kind: str = ""
    _plural: bool = False

    def resolve(self, phrase: SpeakerPhrase, sentence: Span, before: str) -> Speaker | None:
        """The speaker that the subject of a reporting verb refers to, in the fullest form; None if unknown."""
        self._kind, self._plural = phrase.kind, phrase.plural
        if phrase.kind == "pronoun":
            return self._pronoun(phrase.head, before)
        if phrase.kind == "described":
            return self._description(phrase, sentence)
        if phrase.kind == "body":
            return Speaker(phrase.name, None, False)
        if phrase.kind == "word" or phrase.name.split()[0].lower() in HONORIFICS:
            return self._short_name(phrase, sentence)
        role = phrase.role
        if role is None:
            role = next((one.speaker.role for one in reversed(self._said) if one.speaker.name == phrase.name), None)
            role = role or self._role_nearby(phrase.name, 0, sentence.start)
        return Speaker(phrase.name, role, False)

    def note(self, sentence: Span, speaker: Speaker | None, subject: SpeakerPhrase | None) -> None:
        """Record who spoke in a sentence, or whom it is about."""
        if speaker is not None:
            self._said.append(_Mention(speaker, self._kind_of(speaker), self._plural, self._count))
        elif subject is not None and self._said:
            last = self._said[-1].speaker
            if subject.kind == "pronoun":
                pass
            elif subject.head not in last.name.split() and subject.kind in ("person", "word", "described"):
                self._others = self._count
        self._count += 1

    def _kind_of(self, speaker: Speaker) -> str:
        if self._said and self._said[-1].speaker == speaker:
            return self._said[-1].kind
        return self._kind

    def _pronoun(self, pronoun: str, before: str) -> Speaker | None:
        if not self._said or pronoun in ("i", "we", "you"):
            return None
        last = self._said[-1]
        self._plural = last.plural
        self._kind = last.kind
        subject = opening_subject(before)
        himself = (
            subject is not None and subject.kind in ("person", "word") and subject.head in last.speaker.name.split()
        )
        if self._count - last.sentence > _WITHIN or (self._others >= last.sentence and not himself):
            return None
        person = last.kind in ("person", "word", "described") and not last.plural
        if pronoun in ("he", "she"):
            name = last.speaker.name
            text = f"{name} {last.speaker.role or ''}"
            gender = self._she.get(name) or ("he" if _MALE.search(text) else "she" if _FEMALE.search(text) else pronoun)
            if not person or gender != pronoun or self._named_in(before, last.speaker):
                return None
            self._she[name] = pronoun
            return last.speaker
        if pronoun == "it":
            return last.speaker if last.kind == "body" and not last.plural else None
        return last.speaker if last.plural else None

    def _named_in(self, before: str, speaker: Speaker) -> bool:
        """Whether the sentence names another person before its pronoun: "Wali stepped in, and he said"."""
        if not re.search(r"\b(?:and|but|while|when|after|because)\b[^,]*$", before):
            return False
        subject = opening_subject(before)
        return subject is not None and subject.kind != "pronoun" and subject.head not in speaker.name.split()

    def _short_name(self, phrase: SpeakerPhrase, sentence: Span) -> Speaker:
        surname = phrase.head
        fuller = [
            one.speaker
            for one in self._said
            if one.speaker.name.split()[-1] == surname and " " in one.speaker.name and not one.speaker.anonymous
        ]
        name, at = self._full_name(surname, sentence.start, {one.name for one in fuller})
        role = phrase.role
        if name is None:
            return Speaker(phrase.name, role, False)
        self._kind = "person"
        earlier = next((one.role for one in reversed(fuller) if one.name == name and one.role), None)
        earlier = earlier or self._role_nearby(name, at, sentence.start)
        # "the spokesman" refers to "a spokesman for the security forces".
        if role is not None and earlier is not None and role.startswith("the ") and role.split()[-1] in earlier.split():
            role = max(role, earlier, key=len)
        return Speaker(name, role or earlier, False)

    def _full_name(self, surname: str, end: int, spoke: set[str]) -> tuple[str | None, int]:
        """The fullest name with this surname before `end`; None if there is none, or it is ambiguous."""
        names: dict[str, int] = {}
        for match in re.finditer(rf"(?<![\w’'-]){_CAPITALS}{re.escape(surname)}(?![\w’'-])", self.text[:end]):
            words = match.group().split()
            while words and (
                is_title(words[0])
                or words[0].lower() in NOT_IN_PHRASE
                or is_person_noun(words[0])
                or words[0] in _NOT_FIRST
            ):
                words.pop(0)
            for i in range(len(words) - 2, -1, -1):
                if (
                    words[i].endswith(("’s", "'s"))
                    or is_title(words[i])
                    or words[i].lower() in NOT_IN_PHRASE
                    or is_person_noun(words[i])
                ):
                    words = words[i + 1 :]
                    break
            if len(words) > 1 and words[0][0].isupper():
                names.setdefault(" ".join(words), match.start())
        spoken = [name for name in names if name in spoke]
        firsts = {name.split()[0] for name in names}
        if len(firsts) > 1:
            if len({name.split()[0] for name in spoken}) != 1:
                return None, 0
            names = {name: names[name] for name in spoken}
        if not names:
            return None, 0
        best = max(names, key=len)
        return best, names[best]

    def _role_nearby(self, name: str, start: int, end: int) -> str | None:
        """The role at the first mention of a full name: "lawmaker X", "X, a lawmaker from Kunduz,"."""
        at = self.text.find(name, start, end)
        if at < 0:
            return None
        line = self.text[:at].rpartition("\n")[2]
        for back in range(max(0, len(line) - 70), len(line)):
            if back and (line[back - 1].isalnum() or not line[back].isalnum()):
                continue
            phrase = read_phrase(self.text, at - len(line) + back, opens_sentence=back == 0)
            if phrase is not None and phrase.name == name and phrase.role and not _TWO_NAMES.search(phrase.role):
                return phrase.role
        after = re.match(r", ((?:an? |the )[^,.;:\n“”\"]{3,90})[,.;]", self.text[at + len(name) : end])
        if after is not None:
            role = re.split(r" (?:who|whose|which|that)\b", after[1])[0]
            head = re.split(r"\b(?:of|for|from|in|at|with|on|to|and)\b", role)[0].split()
            if head and any(is_person_noun(word) for word in head):
                return role
        return None

    def _description(self, phrase: SpeakerPhrase, sentence: Span) -> Speaker:
        if not phrase.definite:
            return Speaker(phrase.name, None, True)
        for one in reversed(self._said):
            words = f"{one.speaker.name} {one.speaker.role or ''}".split()
            if (
                one.plural == phrase.plural
                and any(singular_person(word) == phrase.head for word in words)
                and one.kind != "body"
            ):
                self._kind, self._plural = one.kind, one.plural
                return one.speaker
        if not phrase.plural:
            found = None
            for match in re.finditer(
                r"\b(?:[Aa]n?|[Oo]ne|[Aa]nother) (?=[^.,;:\n]{0,60}\b" + re.escape(phrase.head) + r"\b)",
                self.text[: sentence.start],
            ):
                earlier = read_phrase(self.text, match.start(), opens_sentence=match.group()[0].isupper())
                if (
                    earlier is not None
                    and earlier.kind == "described"
                    and earlier.head == phrase.head
                    and not earlier.plural
                ):
                    found = earlier
            if found is not None:
                return Speaker(found.name, None, True)
        return Speaker(phrase.name, None, True)


_TWO_NAMES = re.compile(r"[A-Z]\S* (?:[a-z]\S* )+[A-Z]")
"""Words from one name to another: "Demba gave Chelsea manager" is not a role."""
_NOT_FIRST = word_set("The A An This That These Those Some Many Most All Like Dear Even Both Here Let Meet Follow Read")


def opening_subject(words: str) -> SpeakerPhrase | None:
    """The noun phrase that begins a sentence without a reporting clause."""
    lead = _LEAD.match(words)
    return read_phrase(words, lead.end() if lead else 0, opens_sentence=True)
