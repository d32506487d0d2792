"""Speaker lexicon: nouns for people and organisations, titles, and other words in phrases that name a speaker."""

from __future__ import annotations

import re

from dateline.rag.language.word_set import word_set

PERSON_NOUNS = word_set("""
    accountant activist actor actress adviser advisor advocate agent aide ally ambassador analyst arbiter
    archaeologist archbishop architect artist assistant astronaut astronomer athlete attorney aunt author baker
    banker barrister biologist bishop boss boy broker brother builder businessman businesswoman
    buyer caller campaigner candidate captain cardinal celebrity chair chairman chairperson chairwoman champion
    chancellor chef chief child citizen civilian cleric clerk client climatologist clinician co-author co-chair
    co-director co-founder co-host co-ordinator coach colleague colonel columnist comedian commander commentator
    commissioner congressman congressperson congresswoman conservationist constable consultant contractor cook
    coordinator correspondent councillor councilman councilor councilwoman counsel counsellor counselor cousin
    creator critic curator customer dad daughter dealer dean deckhand defendant defender delegate demographer
    demonstrator dentist deputy designer detective developer diplomat director doctor driver ecologist economist
    editor educator elder employee employer engineer entrepreneur envoy epidemiologist executive expert fan
    farmer farmhand father fighter filmmaker financier firefighter fisherman forecaster founder friend general geologist
    girl goalkeeper governor grandfather grandmother grower guard guest guide hairdresser head historian host
    hunter husband imam immunologist informant insider inspector instructor insurgent interpreter investigator
    investor journalist judge jurist justice king laborer labourer lady landlord lawmaker lawyer leader lecturer
    legislator librarian lieutenant lobbyist local magistrate major man manager marine mayor mechanic mediator
    member merchant meteorologist midfielder midwife militant miner minister minister-president mom monk mother
    mp mum musician negotiator neighbor neighbour neurologist neuroscientist nurse nutritionist observer officer
    official operator organiser organizer owner paediatrician parent partner passenger passer-by pastor
    pathologist patient pediatrician pharmacist photographer physician physicist pilot pitcher planner player
    poet policeman policewoman politician pope premier president priest prince princess principal
    prisoner producer professor programmer promoter prosecutor protester protestor psychiatrist psychologist
    publicist pundit quarterback queen rabbi ranger rebel receptionist recruiter referee refugee
    relative reporter representative rescuer researcher resident responder reviewer rider
    rival sailor salesman scholar scientist screenwriter secretary seller senator sergeant sheriff shopkeeper
    singer sister skipper sociologist soldier solicitor son songwriter source speaker specialist spokesman
    spokesperson spokeswoman staffer stagehand star statistician strategist striker student subordinate superintendent
    superintendent-general supervisor supporter surgeon surveyor survivor suspect teacher teammate technician
    teenager tenant therapist tourist trader traveler traveller treasurer trucker trustee tutor uncle user
    vendor veteran veterinarian vice-president victim viewer villager virologist volunteer voter warlord wife
    winger winner witness woman worker writer zoologist
""")
"""In the singular and lower case."""

PLURALS = word_set("""
    allies attorneys authorities businessmen celebrities children congressmen conservatives creditors critics
    democrats deputies experts families fishermen groups insurers ladies lawmen liberals locals men
    militants others parties people policemen republicans scholars secretaries sources spokesmen staff witnesses
    wives women
""")
"""Irregular plurals of nouns for people, and those mostly used in the plural."""

BODIES = word_set("""
    administration agency airline airport alliance arm army association authority bank board body broadcaster
    bureau business cabinet campaign carmaker center centre chain charity church city club coalition college
    commission committee company congress corporation council country county court defence defense department
    district embassy faction federation firm force forces foundation fund giant government group hospital house
    industry institute institution judiciary junta labour league maker manufacturer military militia ministry
    monarchy movement museum navy network newspaper office operator opposition organisation organization outlet
    parliament party pentagon police pollster presidency prosecution publisher railway regime regulator retailer
    school secretariat senate service society startup state station studio supplier syndicate team think-tank
    tribunal union university utility watchdog website
""")
"""Common nouns for organisations, in the singular."""

BODY_NAMES = word_set("""
    academy administration agency airlines airport airways alliance amnesty army assembly associates association
    authority bank board brotherhood bureau cabinet capital center centers centre chamber church club coalition
    college command commission committee company confederation congress corp corporation council court cross
    daughters department division embassy federation force forces foundation fraternal fund greenpeace group
    guard guardian hamas herald hezbollah hospital house inc institute intelligence international islamic
    journal knights kremlin laboratory labs league library ltd media medical medicine ministry mission monitor
    movement museum nasa nations network news observatory observer office order organisation organization
    parliament partnership party pentagon police post press program project research reserve reuters school
    senate service services society sons state states system taliban tass team times tribunal tribune trust
    unicef union university watch white xinhua zoo
""")
"""Capitalised words that make a name an organisation's."""

TITLES = word_set("""
    adm. admiral ambassador analyst archbishop assistant associate attorney attorney-general ayatollah bishop
    brig. brigadier capt. captain cardinal ceo cfo chair chairman chairwoman chancellor chief cmdr. coach col.
    colonel commander commissioner congressman congresswoman constable coo corporal correspondent councillor
    councilman councilor councilwoman cpl. dame defence defense deputy detective director doctor dr dr.
    economist editor emperor envoy executive father finance first foreign fr. gen. general gov. governor haji
    hon. imam inspector interior investigator judge justice king lady leader lieutenant lord lt. magistrate maj.
    major manager maulvi mawlawi mayor minister miss mp mr mr. mrs mrs. ms ms. msp mullah mx. officer pope
    president prime prince princess prof prof. professor queen rabbi rep. reporter representative rev. reverend
    secretary secretary-general secretary-treasurer sen. senator sergeant sgt. sheikh sheriff sir speaker
    spokesman spokesperson spokeswoman sultan superintendent treasurer under-secretary undersecretary vice
""")
"""Capitalised words before a person's name, in lower case."""

HONORIFICS = word_set("mr. mr mrs. mrs ms. ms miss mx. dr. dr")
"""Titles that are not roles."""

PARTICLES = word_set("de del della da dos du van von der den bin ibn al el la le ten ter of for and the & y e")

COUNTS = word_set(
    "one two three four five six seven eight nine ten several some many most few other another both all dozens"
    " scores hundreds thousands"
)
DETERMINERS = word_set("the a an his her its their our my these those each") | COUNTS

NOT_IN_PHRASE = word_set("""
    about according after again against ago already also although am anyone april are as asked at august be
    because been before being besides between but by can citing could december despite did do does during
    earlier even everybody everyone february finally friday from had has have he here him how however i if in
    instead into is it january july june just last later less like march may maybe me meanwhile might monday
    more moreover must never nevertheless next no nobody nonetheless nor not nothing november now october on
    once only onto or over per perhaps responding said saturday say saying says separately september shall she
    should since so someone speaking still sunday tell tells than that them then there therefore they this
    though through thursday thus to today told tomorrow tonight too tuesday under unless until us very via was
    we wednesday were what when where whereas whether which while who whom whose why will with within without
    would yes yesterday yet you
""")
"""Words that end a noun phrase."""

DOCUMENTS = word_set("""
    complaint email filing lawsuit letter memo message note post posts release report statement statements tweet
""")
"""Written statements, whose speaker is their author."""


_TRADE = re.compile(
    r"(?:..(?:[^l]ist|ician|keeper|smith|monger|worker|owner|grower|holder|goer|sman|swoman)"
    r"|(?:law|film|policy)maker|nominee|appointee|retiree|evacuee|trainee)s?$"
)


def is_person_noun(word: str) -> bool:
    """Whether a word, in any case, is a noun for people: "lawmaker", "officials", "ex-minister"."""
    return singular_person(word) is not None or is_plural(word)


def is_plural(word: str) -> bool:
    """Whether a word is a plural noun for people."""
    low = word.lower()
    return low in PLURALS or (low.endswith("s") and low not in PERSON_NOUNS and singular_person(low[:-1]) is not None)


def singular_person(word: str) -> str | None:
    """The singular of a noun for people, without a prefix; None for other words."""
    low = word.lower()
    if _TRADE.search(low) is not None:
        return low.removesuffix("s")
    for form in (low, low.rpartition("-")[2]):
        if form in PERSON_NOUNS:
            return form
        if form.endswith("s") and form[:-1] in PERSON_NOUNS:
            return form[:-1]
    return None


def is_body(word: str) -> bool:
    """Whether a common noun denotes one or more organisations: "ministry", "police", "companies"."""
    low = word.lower()
    return (
        low in BODIES
        or (low.endswith("s") and low[:-1] in BODIES)
        or (low.endswith("ies") and low[:-3] + "y" in BODIES)
    )
