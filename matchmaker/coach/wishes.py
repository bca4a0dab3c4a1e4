"""Solutions in disguise: sentences that wish for a thing where a problem should be told.

>>> find_wish("Vi mangler en god app til smerter"), find_wish("A chatbot is needed.")
('app', 'chatbot')
>>> find_wish("Vi har prøvet en app"), find_wish("Vi har ikke brug for endnu en app")
('', '')
>>> find_wish("Vi mangler tid til at lære hver ny app at kende")
''
"""

import re
from itertools import zip_longest

from matchmaker.coach.phrases import entries, pattern_of, shown_by
from matchmaker.words.small_words import word_set

_WISH = re.compile(
    pattern_of(
        """
        mangler, mangler der, mangler vi, savner, ønsker, ønsker os, ønsker vi os, efterspørger,
        søger, efterlyser, brug for, behov for, leder efter, leder vi efter, kigger efter, ser
        efter, skal bruge, skal vi bruge, skal have, bør have, bør udvikles, bør laves, bør bygges,
        burde udvikles, skal udvikles, må anskaffes, vil gerne have, vil helst have, vil gerne
        købe, vil gerne teste, vil gerne afprøve, vil gerne indføre, vil gerne udvikle, kunne godt
        tænke os, ville være rart med, ville være godt med, ville være dejligt med, ville være
        oplagt med, ville være smart med, kunne være rart med, ville være en fordel med, drømmer
        om, ønsket er, løsningen er, løsningen kunne være, løsningen ville være, kunne man lave,
        kunne man få, kunne man ikke lave, kunne man ikke få, kunne man ikke sætte, kunne man
        sætte, kunne vi få, kan man lave, kan vi få, giv os, udvikle, hvis der fandtes, hvis der
        var, hvis vi havde
        """,
        """
        need, needs, want, wants, lack, lacks, require, requires, wish for, would like, would love,
        would benefit from, 'd like, 'd love, in need of, looking for, seeking, searching for,
        should get, should have, should buy, should build, should develop, should introduce, could
        get, could have, could buy, must get, must have, would help to have, dream of, give us,
        what we need is, the answer is, the solution is, if there were, if we had
        """,
    ),
    re.IGNORECASE,
)
# The thing stands before these: "a chatbot is needed", "there a sensor would help".
_WISHED = re.compile(
    pattern_of(
        """
        mangler, savnes, ønskes, efterlyses, efterspørges, søges, bør udvikles, ville hjælpe, kunne
        hjælpe, is needed, are needed, is wanted, are wanted, is missing, would help, would be
        nice, would be great, would be ideal, would be useful, be installed, be developed, be
        built, be introduced, blive sat op, sættes op
        """
    ),
    re.IGNORECASE,
)
_denied = shown_by("ikke, ingen, aldrig, hverken, not, never, no, none, don't, doesn't, do not")
# "Could sensors not be installed?" asks for what it seems to deny.
_ASKS = re.compile(r"\s*(?:could|can|should|why not|kunne|kan)\b", re.IGNORECASE)
_DENIAL_REACHES = 12
_THINGS = frozenset(
    entries(
        """
        app, apps, apper, applikation, applikationer, application, applications, robot, robotter,
        robots, system, systemer, systems, platform, platforme, platforms, software, dashboard,
        dashboards, sensor, sensorer, sensors, chatbot, chatbots, chatbotter, tablet, tablets,
        algoritme, algoritmer, algorithm, algorithms, portal, portaler, portals, database,
        databaser, databases, hjemmeside, hjemmesider, website, websites, drone, droner, drones,
        kamera, kameraer, camera, cameras, skærm, skærme, screen, screens, armbånd, wristband,
        wristbands, wearable, wearables, smartwatch, spil, game, games, headset, headsets, vr, ai,
        ki, gps, e-læring, e-learning, podcast, alarm, alarmer, alarms, kiosk, scanner, scannere,
        scanners, tracker, trackere, trackers, chip, chips, gadget, automat, dispenser, dispensers,
        exoskelet, exoskeleton, loftlift, bot, bots, iot, rfid
        """
    )
)
# A Danish compound that ends with one of these is a thing too, in a form that is not at hand yet.
_ENDINGS = tuple(
    entries(
        """
        app, apps, robot, robotter, system, systemer, platform, platforme, software, sensor,
        sensorer, løsning, løsninger, dashboard, portal, chatbot, database, tablet, scanner, skærm,
        skærme, alarm, alarmer, tavle, briller, automat, måler, tracker, drone, droner, kamera,
        kameraer, algoritme
        """
    )
)
_SHORTEST_COMPOUND = 7
_NO_THINGS = word_set(
    """
    sundhedssystem sundhedssystemer nervesystem immunsystem socialsystem solution solutions løsning
    løsninger
    """
)
_TWO_WORDS = frozenset(
    (
        ("kunstig", "intelligens"),
        ("artificial", "intelligence"),
        ("machine", "learning"),
        ("virtual", "reality"),
        ("vr", "headset"),
        ("digital", "solution"),
        ("digital", "løsning"),
        ("teknologisk", "løsning"),
        ("teknisk", "løsning"),
        ("technical", "solution"),
    )
)
# Between a wish and its thing may stand what only describes the thing.
_DESCRIBING = word_set(
    """
    a an the some any new better good simple digital smart common shared mobile small other another
    kind of type sort something like and or easy cheap modern intelligent automatic single one
    wireless electronic integrated national central to that have get buy build develop use

    en et den det nogle nogen ny nye nyt bedre god godt gode simpel simpelt enkel enkelt fælles
    mobil lille andre anden andet slags form for noget som og eller nem nemt let billig billigt
    moderne at få have os købe udvikle bygge lave sig gerne evt eventuelt måske endnu egen eget
    egne selv hurtigt elektroniske trådløs trådløse integreret sammenhængende samlet bruge
    """
)
_DESCRIBING_ENDINGS = ("sk", "ske", "ig", "ige", "igt", "able", "friendly", "baseret", "venlig")
_MOST_BETWEEN = 7
_MOST_BEFORE = 4
_TOKEN = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*|[,;:()]")
_REACH = 160
# In a line without a verb, the thing stands alone or before one of these: "Robot til mad".
_AFTER_HEADING = word_set("til for to der som that which med with i in hos at")
_LONGEST_HEADING = 12
_has_verb = shown_by(
    "er, har, bliver, falder, kan, mangler, virker, tager, går, står, skal, må, is, are, has, have,"
    "does, cannot, can, fails, must, was, were"
)


def find_wish(sentence: str) -> str:
    """Return the thing that a sentence wishes for, as it is written there, or nothing."""
    return _wished_after(sentence) or _wished_before(sentence) or _wished_as_heading(sentence)


def _wished_after(sentence: str) -> str:
    found = (
        _next_thing(sentence[wish.end() : wish.end() + _REACH])
        for wish in _WISH.finditer(sentence)
        if not _is_denied(sentence, wish.start(), wish.end())
    )
    return next(filter(None, found), "")


def _wished_before(sentence: str) -> str:
    found = (
        _last_thing(sentence[max(0, wish.start() - _REACH) : wish.start()])
        for wish in _WISHED.finditer(sentence)
        if not _is_denied(sentence, 0, wish.end())
    )
    return next(filter(None, found), "")


def _wished_as_heading(sentence: str) -> str:
    tokens = _TOKEN.findall(sentence[:_REACH])
    if len(sentence) > _REACH or len(tokens) > _LONGEST_HEADING or _has_verb(sentence):
        return ""
    thing = _next_thing(sentence)
    following = sentence.partition(thing)[2].split() if thing else []
    return thing if not following or following[0].lower() in _AFTER_HEADING else ""


def _is_denied(sentence: str, start: int, end: int) -> bool:
    told = sentence[max(0, start - _DENIAL_REACHES) : end]
    return _denied(told) and not _ASKS.match(sentence)


def _next_thing(rest: str) -> str:
    """Return the thing that a text begins with, after words that only describe it."""
    tokens = _TOKEN.findall(rest)[: _MOST_BETWEEN + 1]
    for word, following in zip_longest(tokens, tokens[1:], fillvalue=""):
        if (word.lower(), following.lower()) in _TWO_WORDS:
            return f"{word} {following}"
        if _is_thing(word):
            return word
        if not _describes(word.lower()):
            break
    return ""


def _describes(word: str) -> bool:
    return word in _DESCRIBING or word.endswith(_DESCRIBING_ENDINGS)


def _last_thing(told: str) -> str:
    words = _TOKEN.findall(told)[-_MOST_BEFORE:]
    return next(filter(_is_thing, reversed(words)), "")


def _is_thing(word: str) -> bool:
    lower = word.lower()
    is_compound = len(lower) >= _SHORTEST_COMPOUND and lower.endswith(_ENDINGS)
    return (lower in _THINGS or is_compound) and lower not in _NO_THINGS
