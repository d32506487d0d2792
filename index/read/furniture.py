"""Rules for lines of page furniture (boilerplate) by their wording, each with a reason.

General wording of news sites, not the exact strings of one. Knows single lines, not their positions.
"""

from __future__ import annotations

from dateline.index.read.furniture_rule import ADDRESS, CREDITED, MEDIA, NAMES, PUBLIC_APPEAL, ROLE, STORY, TOKEN, rule

RULES = (
    rule("separator", 80, "", r"[\W_]+$", spares="nothing"),
    rule(
        "share bar",
        120,
        "",
        rf"{TOKEN}(?:(?:[\W_]|\b(?:on|via|or|more|f|t|in|\d+(?:\.\d)?k?)\b)+{TOKEN})*"
        rf"(?:[\W_]|\b(?:more|f|t|in)\b)*$(?<!^x)",
        rf"(?:click (?:here )?to |please )?(?:share|tweet|e-?mail|print|save|forward|bookmark) "
        rf"(?:this|the|our|with|it|on|via)\b(?:[\W_]|\b(?:{STORY}|video|link|on|via|by|with|your"
        rf"|friends|us|it|{MEDIA})\b)*(?:opens in (?:a )?new (?:window|tab)\W*)?$",
        spares="nothing",
    ),
    rule(
        "read-more link",
        200,
        "",
        r"(?:read|learn|see|find out|discover|view|watch|show) (?:more|the full \w+|full \w+|all)"
        r"\s*(?:here|now|\W)*$",
        r"(?:click|tap|swipe) (?:here|on|through|the|to (?!share|tweet|print|e-?mail))\b"
        r"(?!.*\b(?:said|says)\b).{0,90}$",
        r"(?:continue|keep) reading\W*$|jump to .{0,40}$|skip (?:to|past) (?:main|content|nav).{0,60}$"
        r"|back to (?:the )?(?:top|home).{0,20}$",
        r"(?:story|article|report) continues (?:below|after).{0,40}$|continued (?:below|on page).{0,20}$",
        spares="attributions",
    ),
    rule(
        "read-more link",
        200,
        "",
        r"(?:read more|learn more|more|related|see also|also read|also see|check also|read also"
        r"|(?:watch|listen|read)(?: again| now| live| next)|in case you missed it|don['’]?t miss|for subscribers"
        r"|must[- ]read)\s*[:|►▶»>](?!.*[.!][”\"]?$).{3,190}$",
        spares="nothing",
    ),
    # A kicker before a headline; before a sentence it is none.
    rule(
        "read-more link",
        200,
        "",
        r"(?:opinion|watch|listen|read|video|gallery|photos|podcast|live updates?|in pictures|recap|explainer"
        r"|exclusive|interactive|graphics?)\s*[:|►▶»>](?!.*[.!][”\"]?$).{3,190}$",
    ),
    rule(
        "read-more link",
        200,
        " here| below| on our |click",
        r"(?:read|learn|find|see|get|check out|view|watch) (?:more|the (?:full|latest|whole)|all|our)"
        r"\b.{0,90}\b(?:here|below|on our (?:website|site|page|app))\W*$",
        r"(?:unable|can['’]?t|cannot|having trouble) (?:to )?(?:view|see)\w* .{0,60}click here.{0,30}$",
    ),
    # "Kicker:Headline" without a space is what is left of a link with a bold kicker.
    rule(
        "read-more link",
        240,
        ":",
        r"(?-i:[A-Z0-9][^.:;!?]{2,70}):(?-i:[A-Z‘“\"'])(?!\S*//)(?!.*\.[”’\"']?$).{8,180}$",
        spares="nothing",
    ),
    rule(
        "read-more link",
        240,
        ":",
        r"(?-i:[A-Z][A-Z0-9 '’&.-]{3,40}): (?:the )?(?:latest|all|live|full|complete|ranking|meet|how"
        r"|what|why|who|where|when|here)\b(?!.*[.]$).{5,150}$",
        r"(?-i:[A-Z0-9][^.:;!?]{2,60}): (?:shop|check out|follow (?:along|the|us)|sign up|play|subscribe"
        r"|click|browse|download|see who|(?:the )?latest)\b.{5,150}$",
    ),
    rule(
        "advertisement",
        120,
        "adv|spons|promot|paid|ad ",
        r"(?:advertisements?|sponsored(?: content| by .{2,60})?|ad(?: feedback| choices)|adchoices"
        r"|promoted(?: content)?|paid (?:content|post))\W*(?:\w+ continues below.{0,30})?$",
        spares="nothing",
    ),
    rule(
        "video player",
        500,
        "video|watch|playing|replay|live tv|up next",
        r"(?:now playing|up next|play video|video player.{0,30}|watch (?:this video|video|now|live)"
        r"|live tv|video (?:ad feedback|unavailable)|replay)\W*$",
        r"(?-i:JUST WATCHED|MUST WATCH|NOW PLAYING)\b.{0,400}$"
        r"|.{0,200}(?-i:Replay More Videos|MUST WATCH)\b.{0,250}$",
        spares="nothing",
    ),
    rule(
        "caption",
        700,
        "photo|image|picture|file|frame|grab|video|credit|caption|illustration|graphic",
        r"in this (?:[^.]{0,60}? )?(?:photo(?:graph)?|picture|image|handout|frame|screen ?grab"
        r"|video grab)\b[^.]{0,80}\b(?:taken|released|provided|made available|shows?|seen|obtained"
        r"|from|dated|shot|supplied)\b.{0,500}$",
        r"in this [^.]{0,60}\bfile (?:photo|picture|image).{0,500}$",
        r"(?:file(?: photo| image| picture| pic)?|archive photo|(?:undated )?handout photo)"
        r"\s*[-–—:]\s.{5,600}$",
        r"image (?:caption|source)\b.{0,300}$|(?:media )?caption\s*[,:].{3,300}$",
        spares="nothing",
    ),
    rule(
        "caption",
        700,
        "photo|image|picture|video|illustration|graphic|cover",
        r"(?:photo(?:graph)?|picture|image|video|illustration|graphic|cover)s?"
        r"(?: (?:credit|source|by|courtesy(?: of)?|caption))?s?\s*:(?!.*[a-z]{3}\.$).{2,200}$",
        r"(?-i:(?:Photo(?:graph)?|Picture|Image|Illustration|Graphic)s?) (?:by|courtesy of|credit)"
        r"\s+(?-i:[A-Z])(?!.*\b(?:shows?|has|have|was|is|were)\b).{2,80}$",
    ),
    rule(
        "newsletter",
        480,
        "newsletter|inbox|subscri|sign up|sign-up|e-mail|email|browser|preferences|forward|message|register"
        "|membership|log in|sign in"
        "|journalism|briefing|bulletin|letter",
        r"(?:sign[ -]?up|subscribe|register|join|get|receive|enter your|want|looking for|stay"
        r"|never miss|don['’]?t miss|like what you|enjoy(?:ed|ing)?|delivered|start your|support"
        r"|become a|create a|already (?:a|an|have)|for more .{2,60}, (?:sign up|subscribe))\b"
        r"(?=.{0,250}\b(?:newsletters?|inbox|e-?mail (?:address|alerts?)|push alerts?|subscribers?"
        r"|subscribe (?:now|here|today|for free)|sign up (?:here|now|for|to)|membership|log in)\b)"
        r"(?!.*\b(?:said|says|told)\b).{5,450}$",
        r"(?:[^.?!]{4,60}\?:? ?)?(?:sign[ -]?up|subscribe|register) (?:for|to|here|now|today|at|and|with)\b"
        r"(?=.{0,200}\b(?:newsletters?|inbox|e-?mails?|alerts?|our|updates|free|text with"
        r"|access|podcast)\b)(?!.*\b(?:said|says|told|must|should|before|by)\b).{0,250}$",
        r"(?:subscribe|sign[ -]?up|register|log in|sign in)(?: (?:now|here|today|for free"
        r"|to (?:continue|read|comment)))?\W*$|enter your e-?mail.{0,120}$",
        r"(?:join|get|sign up (?:for|to)) (?:the|our|us).{0,50}\b(?:newsletter|letter|briefing|bulletin"
        r"|mailing list|by e-?mail)\W*$|(?:one|a|an|two|three) e-?mails? (?:a|per|each|every) \w+\b.{0,60}$",
        r"(?:please )?support (?:local|independent|our|quality|good|trusted) (?:\w+ )?journalism\b.{0,200}$"
        r"|thank you for (?:supporting|reading|subscribing)\b.{0,200}$",
        r"you can (?:get|have|receive|sign up|subscribe)\b.{0,120}\b(?:inbox|newsletter|sign up).{0,120}$",
        r"unsubscribe(?: here| now| at any time| from .{0,60})?\W*$|(?:update|manage|change) (?:your|my) (?:e-?mail )?"
        r"(?:preferences|subscription|profile).{0,60}$",
        r"(?:view|read|open|see) (?:this|the) (?:e-?mail|message|newsletter|issue)? ?(?:in|on) (?:your|a|the) (?:web )?"
        r"browser.{0,40}$"
        r"|(?:trouble|problems) (?:viewing|reading) this .{0,80}$",
        r"(?:you(?:['’]re| are)? (?:receiving|received|getting|got)|this (?:e-?mail|message|newsletter) was sent to)"
        r" .{0,160}$"
        r"|(?:was this|did someone|has a friend) (?:e-?mail )?forward(?:ed)? .{0,120}$",
        rf"(?:this|a version of this) {STORY} .{{0,80}}\b(?:in|from) .{{0,60}}newsletter\b.{{0,160}}$",
    ),
    rule(
        "promotion",
        220,
        "puzzle|crossword|quiz|sudoku| app |podcast|break|follow us|join us|like us|follow our",
        r"(?:need a (?:news )?break|looking for a .{0,40}(?:puzzle|crossword|quiz))\?.{0,150}$",
        r"(?:play|try|take) (?:the|our|today['’]?s) .{0,40}\b(?:crossword|puzzle|quiz|sudoku)\b.{0,60}$",
        r"(?:follow|join|like|find|connect with) (?:us|our \w+)\b.{0,90}$",
        r"(?:download|get) (?:our|the (?-i:[A-Z])).{0,40}\bapp\b(?:\W|\b(?-i:[A-Z])\w*\b"
        r"|\b(?:for|to|on|from|and|the|your|at"
        r"|news|updates?|alerts?|free|store|latest|stories|breaking|phone|now|today|here|all|in|get|more|of)\b)*$"
        r"|(?:listen|subscribe) to .{2,60}podcast\b.{0,80}$",
    ),
    rule(
        "comment line",
        220,
        "comment|reply|conversation|discussion|your say|tell us|let us know|your email address",
        r"(?:reader |user )?comments? (?:are|is|have been|section is) (?:now |currently |not )?(?:closed"
        r"|disabled|off|turned off|moderated|available)\b.{0,60}$",
        r"(?:\d+ |no |view |show |see |read |load |all |hide )*(?:\d+ )?comments?\W*\d*\W*$",
        r"(?:leave|post|write|add|submit) (?:a|your) (?:comment|reply)\b.{0,60}$"
        r"|(?:join|start) the (?:conversation|discussion|debate)\b.{0,60}$|have your say\b.{0,80}$",
        r"(?:log|sign) in to (?:comment|reply|join).{0,60}$|be the first to comment.{0,30}$"
        r"|your email address will not be published.{0,80}$",
        r"(?:what do you think\?|do you agree\?)?.{0,30}\b(?:let us know|tell us|share your (?:thoughts"
        r"|views|opinion)) .{0,60}\b(?:comments?|below)\b.{0,60}$",
    ),
    rule(
        "contributor credit",
        420,
        "contribut|reporting|editing|compiled|edited by|translated by|research by|produced by"
        "|wire|assisted|agencies|written by|with files|photography|illustration",
        rf"(?:contributing|contributors?|additional (?:contributors?|reporting)|reporting|editing)"
        rf"(?: writers?| reporters?| by)?\s*:\s*{CREDITED}|contributing (?:writer|reporter|editor)s?\W+{CREDITED}",
        rf"{NAMES} (?:also )?(?:contributed|assisted)\b(?: [\w,'’ -]{{0,60}}?)?"
        rf"(?:\b(?:to|for|with|on) (?:this|the) (?:\w+ )?{STORY})(?: from .{{2,60}})?[.)]*$",
        r"(?-i:[A-Z][\w.'’-]+ [A-Z][^.!?:;]{1,120}?) contributed(?: reporting)?"
        r"(?: (?:from|in) (?-i:[A-Z]).{2,60})?\.?$",
        rf"(?:additional |with )?(?:reporting|writing|editing|compiled|edited|translated|research|graphics"
        rf"|produced|written|photography|illustrations?)(?: and (?:editing|writing|translation|reporting|graphics))?"
        rf" by (?-i:[A-Z])"
        rf"(?!.*[a-z]{{3}}\. (?-i:[A-Z]))[\w.'’-]*(?:[\s,;:&/()|—–+]+{CREDITED}|[\s.)]*$)",
        rf"(?:with|from) (?:additional )?(?:files?|material|reporting|inputs?|wire reports?|agenc(?:y|ies)"
        rf"|staff)\b(?: (?:from|by|and|reports?) {CREDITED})?\.?$|from [\w ]{{2,50}}\b(?:wire|staff) reports?\.?$",
        spares="attributions",
    ),
    rule(
        "contributor credit",
        70,
        "-|–|—|−",
        r"[-–—−]+ ?(?-i:[A-Z][\w.'’-]+(?: (?:[A-Z][\w.'’-]*|de|van|von|la|al|and|bin|der)){1,6})"
        r"(?:, .{2,40})?$",
        spares="nothing",
    ),
    rule(
        "contact line",
        700,
        "@|follow |on twitter|on facebook|on x|on instagram|tip|story idea|story to tell|send |reached",
        rf"(?:you can )?(?:reach|contact|e-?mail|tweet|message|write to|call|find) {PUBLIC_APPEAL}"
        rf"(?:him|her|them|us|me|our|the (?:author|writer|reporter|newsroom|editors?|desk|columnist)|this \w+"
        rf"|(?-i:[A-Z])).{{0,140}}(?:{ADDRESS}).{{0,250}}$",
        rf"(?-i:[A-Z])[\w.,'’ -]{{1,120}}?\b(?:is|are|was|has been|covers|writes|reports|can be|may be)\b"
        rf"{PUBLIC_APPEAL}"
        rf"(?=.{{0,300}}\b(?:{ROLE}|reach(?:ed)?|follow|contact(?:ed)?|e-?mail)\b)"
        rf"(?=.{{0,400}}\b(?:reach|follow|contact|e-?mail|find|tweets|reached|contacted)\b.{{0,80}}{ADDRESS})"
        rf".{{5,600}}$",
        rf"(?-i:[A-Z]).{{2,200}}\b{ROLE}\b.{{2,250}}\b(?:he|she|they) can be (?:reached|contacted) .{{3,90}}$",
        rf"{PUBLIC_APPEAL}(?:(?:have|got|do you have) (?:a|any) .{{0,40}}(?:tip|story idea|story to tell|news tip"
        rf"|story)s?\b.{{0,30}}\?.{{0,200}}$|(?:story ideas?|(?:news )?tips?|questions\? comments"
        rf"|questions or comments)\?.{{0,200}}$)",
        rf"(?:send|submit) {PUBLIC_APPEAL}(?=.*(?:\bus\b|\byour\b|\bour\b|@|\bnewsroom\b|\beditors?\b))"
        rf"(?:us )?(?:your |story |news )?(?:tips|questions|comments|feedback|letters|story ideas)\b.{{0,150}}$"
        rf"|(?:e-?mail|twitter|instagram|facebook|contact)\s*:\s*\S+[@.]\S+.{{0,80}}$"
        rf"|(?:twitter|instagram|facebook)\s*:\s*\S+$|@\w{{2,30}}$|\S+@\S+\.\w{{2,10}}$",
        spares="attributions",
    ),
    rule(
        "contact line",
        700,
        "follow ",
        rf"follow (?-i:[@A-Z]|him|her|them|the|us|me|our|along|this|it|usa)"
        rf".{{0,120}}?(?:\bon {MEDIA}\b|@\w+).{{0,200}}$",
    ),
    rule(
        "disclaimer",
        800,
        "generat|transl|transcrib|affiliate|commission|content partner|opinion|views|rights reserved|©"
        "|copyright|delayed|responsib|liability|fact-check|fact check|terms |privacy|reproduc|published"
        "|earn |made possible|prices ",
        rf"(?=.{{0,200}}\b(?:{STORY}|versions?|translations?|text|audio)\b)"
        r"(?=.{0,400}\b(?:automatic(?:ally)?|machine|ai|artificial intelligence|computer|google)\b"
        r".{0,60}\b(?:generated|translat\w+|transcribed|narrated)\b)"
        r"(?=.{0,600}\b(?:may|might|there may|inaccura\w+|original|edited for|please|refer)\b)"
        r"(?!.*\b(?:said|says|told|according)\b)(?:the|this|these|our|please|note|translat\w+"
        r"|disclaimer|hit play)\b.{10,700}$",
        rf"(?:this|the) (?:{STORY}|text|translation) (?:was|has been|is) (?:auto\w*|machine)"
        rf"[ -](?:generated|translated).{{0,300}}$",
        r"(?=.{0,350}\b(?:affiliate|commissions?|revenue)\b)(?=.{0,350}\b(?:earn|receive|get|paid)\b)"
        r"(?=.{0,350}\b(?:purchases?|buy|clicking|click|links|referrals?)\b)(?!.*\b(?:said|says|told)\b)"
        r"(?=.*\b(?:we|our|us|you|this (?:site|page|article)|newsrooms?)\b)"
        r"(?:we|our|if you|some|when you|purchases|recommendations|\w+ (?:may|newsrooms?))\b.{20,600}$",
        r".{0,80}\bis an? .{2,30}content partner\b.{0,300}$",
        r"(?:the )?(?:views?|opinions?)(?: and (?:views?|opinions?))? (?:expressed|of (?:the|our)|in (?:this"
        r"|columns|these))\b.{0,80}\b(?:own|solely|not necessarily|personal|those of|author['’]?s)\b.{0,200}$",
        r".{0,100}\ball rights reserved\b.{0,200}$|.{0,40}©.{0,200}$"
        rf"|copyright \d{{4}}[\s,.]*(?:{CREDITED}|$)"
        r"|this (?:material|content) may not be (?:published|reproduced|copied).{0,150}$"
        r"|reproduction (?:in whole|without|is prohibited).{0,150}$",
        r"(?:quotes|prices|data) (?:are )?delayed (?:by )?(?:at least )?\d+ minutes.{0,100}$",
        r".{2,60} (?:is not responsible|accepts no (?:liability|responsibility)|takes no responsibility)"
        r" for (?:(?:the )?(?:content|accuracy) of (?:external|other|linked|third)|external|readers).{0,120}$",
        r".{0,90}\b(?:coverage|reporting|journalism|newsroom|fact[ -]check\w*|(?:this|our) project)\b.{0,60}"
        r" (?:is|are) (?:made"
        r" possible|supported)\b.{0,60}\b(?:grants?|support|donations?)\b.{0,300}$",
        rf"this {STORY} (?:was )?(?:originally|first) (?:appeared|published|ran) (?:on|in|at|by)\b.{{0,160}}$"
        r"|prices (?:were|are) (?:accurate|correct) .{0,120}$",
        r"our fact[ -]check (?:work|team|sources).{0,150}$",
        r"(?:terms (?:of|and) \w+|privacy (?:policy|notice)|do not sell .{0,40})(?:\W+(?:terms|privacy"
        r"|cookies?|contact|about|of|and|use|conditions|policy|us|service))*\W*$",
    ),
    rule(
        "mirror address",
        200,
        ".|site",
        r".{0,80}\b(?:web ?site|site|page)s?\b.{0,30}\b(?:can|may) (?:also )?be (?:accessed|reached|read"
        r"|found|visited)\b.{0,60}\b(?:alternat\w+|mirrors?|address(?:es)?)\b.{0,80}$",
        r"(?:alternat(?:e|ive)|mirror) (?:sites?|address(?:es)?|links?|domains?)"
        r"(?:\W|\b(?:for|of|to|this|our|the|site|website|page|news|are|include)\b)*$",
        r"(?:https?://|www\.)\S+$|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|co\.uk|info|news|tv|example)(?:/\S*)?$",
    ),
    rule(
        "cookie notice",
        400,
        "cookie|your privacy|preferences",
        r"(?=.{0,250}\b(?:we|our|this (?:site|website|page)|you (?:agree|accept|consent)|your (?:visit"
        r"|browser|device|experience))\b)(?:we|our|this (?:site|website|page)|by|please|to (?:give|help"
        r"|provide|improve)|accept|manage|cookies (?:help|are)|if you|you can)\b(?=.{0,250}\bcookies?\b)"
        r"(?!.*\b(?:said|says|told|bake\w*|oven)\b).{5,350}$",
        r"we (?:value|care about|respect) your privacy\b.{0,300}$|cookie (?:policy|settings|preferences)\W*$"
        r"|(?:accept|reject|allow|manage) (?:all|cookies|preferences|choices|settings)\b.{0,30}$",
    ),
    # What WordPress appends to an entry of its feeds, in the languages whose feeds have it most.
    rule(
        "syndication note",
        400,
        "appeared first|first appeared|erschien zuerst|est apparu en premier|se publicó primero|aparece primero"
        "|originally appeared|è apparso per la prima volta|proviene da|apareceu primeiro|verscheen eerst",
        r"(?:the (?:post|article)|der beitrag|l['’]article|cet article|la entrada|el artículo|l['’]articolo|o post"
        r"|het bericht)\s.{3,300}?\s(?:(?:appeared first|first appeared|originally appeared) on(?= (?-i:[A-Z0-9]))"
        r"|erschien zuerst|est apparu en premier|se publicó primero|aparece primero|è apparso per la prima volta"
        r"|proviene da|apareceu primeiro|verscheen eerst)\b.{0,120}$",
        spares="nothing",
    ),
    rule(
        "embargo notice",
        160,
        "embargo",
        r"(?:strictly |under )?embargo(?:ed)?(?: (?:until|till|for)\b.{2,110}|:.{2,110}|\W*)$",
    ),
    rule(
        "paywall",
        300,
        "subscri|member|free article|log in|sign in|continue reading|keep reading|regist|unlock|premium",
        r"(?:to|please|want to)\b.{0,30}\b(?:continue|keep|go on|finish|read(?:ing)?)\b.{0,60}\b(?:subscrib\w+|register"
        r"|sign (?:in|up)|log in|become an?)\b.{0,120}$",
        r"(?:this|the (?:full|rest of (?:the|this))) (?:\w+ )?(?:story|article|content|report|piece)\b.{0,30}"
        r"\b(?:is|are)"
        r" (?:\w+ )?(?:for|available (?:only )?(?:to|for)|reserved for|limited to|exclusive to|restricted to)\b.{0,40}"
        r"\b(?:subscribers|members|readers)\b.{0,80}$",
        r"(?:already|not yet) (?:a|an|our) (?:\w+ )?(?:subscriber|member|reader)\?.{0,80}$"
        r"|already (?:registered|subscribed)"
        r"\b.{0,60}$",
        r"you(?:['’]ve| have) (?:read|reached|used|hit)\b.{0,60}\b(?:free|limit|articles?)\b.{0,120}$",
        r"(?:unlock|get) (?:this|the (?:full|rest of)|unlimited|full|all)\b.{0,60}\b(?:subscri\w+|premium"
        r"|members?(?:hip)?|access)\b.{0,80}$",
    ),
    # A note that says only *that* something was added; what was corrected is evidence and stays.
    rule(
        "update note",
        160,
        "updat|developing|breaking|check back|refresh|more to ",
        rf"(?:editor['’]?s?['’]? note:? )?(?:this|the) (?:\w+ )?{STORY} (?:has been|was|will be|is being)"
        r"(?: \w+)? updated?(?: (?:to|with|throughout|as|when|for|after|add|include|reflect|new|more|additional"
        r"|further|the latest|an?|video|photos?|details?|information|developments?|become\w*|available|and"
        r"|latest|clarity|from|context|quotes?|comments?|links?|it))*\W*$",
        r"(?:this is a )?(?:breaking|developing) (?:news )?(?:story|news)\W*(?:(?:updat|refresh|check|more|it "
        r"will|and will).{0,80})?$|(?:check back|refresh (?:this page|for)|more to (?:come|follow))\b.{0,50}$",
    ),
)
