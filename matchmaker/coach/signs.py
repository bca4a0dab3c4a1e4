"""By which words a text shows that it tells what a reader looks for, in Danish and in English.

Both languages are looked for in every text: Danes write English, and companies mix the two.
"""

import re
from collections.abc import Callable, Mapping

from matchmaker.coach.phrases import shown_by
from matchmaker.coach.volume import tells_volume

goes_wrong = shown_by(
    """
    ikke, ingen, intet, aldrig, uden at, kun, knap, næppe, hverken, mangl*, glem*, mist*, fald,
    falder, vent*, forsink*, aflys*, afbryd*, afbrud*, opgiv*, overse*, misforst*, fejl*, forkert*,
    problem*, udfordr*, svær*, vanskelig*, besvær*, risik*, skade*, ondt, smerte*, bange, angst*,
    ængst*, utryg*, usikker*, uro, urolig*, stress*, pres, presse*, travl*, klage*, konflikt*,
    vold*, slå*, spark*, forgæves, spild*, tab, tabt, tabes, taber, væk, forsvind*, forværre*,
    værre, dårlig*, død*, dør, infektion*, utæt*, larm*, støj*, vække*, vågner, sygemeld*,
    nedslid*, tung*, dyr, dyrt, lede efter, leder efter, løbe, løber, gentage*, dobbelt*, tvivl*,
    keder, ensom*, isoler*, trækker sig, stift, stive, afvis*, overbelast*, belast*, langsom*,
    i stykker, for lang*, for sent, for lidt, for få, for mange, for meget, for tidlig*, for kort,
    for stor*, for høj*, for stram*, tager lang*, tager tid, tages om, gøres om, igen og igen,
    må rejse, må køre, må vente, må hente, må ringe, må skrive, må lede, mellem to stole, ringer,
    samme tal, samme spørgsmål, samme oplysninger, det samme, går galt, går ud over, nægt*,
    skuffe*, indgriben, blød*, bløder, lækker, sår, brud, bivirkning*, underernær*, snubl*, glider,
    forvirr*, irrit*, træt*, udmatt*, halter, tomme, tomt, kassér*, kasser*, smid*, spring* over
    """,
    """
    not, no, never, nobody, none, without, only, hardly, neither, cannot, nothing, *n't, miss*,
    lack*, forg*t*, lose, loses, losing, lost, loss, fall, falls, fell, wait*, delay*, cancel*,
    interrupt*, give up, gave up, overlook*, mistak*, error*, wrong*, problem*, trouble*,
    challeng*, difficult*, hard, struggl*, risk*, harm*, hurt*, pain*, afraid, scare*, fright*,
    anxi*, unsafe, unsure, unrest, stress*, pressure*, busy, complain*, conflict*, violen*,
    exhaust*, tired, alone, lonely, in vain, wast*, gone, disappear*, worse*, deteriorat*, bad,
    badly, die, dies, died, infect*, leak*, nois*, woken, wake*, sick leave, worn, heavy,
    expensive, unseen, refus*, stop, stops, stopped, search*, repeat*, doubt*, bored, isolat*,
    withdraw*, reject*, overload*, burden*, slow*, too *, broken, break*, runs dry, run dry,
    hangs up, drop out, drops out, empty, confus*, forgotten, sore*, injur*, bleed*, slip*
    """,
)
_people = shown_by(
    """
    *patient*, *borger, *borgere, *borgerne, *borgers, *beboer*, pårørende*, *personale*,
    *medarbejder*, *plejer*, *assistent*, *hjælper, *hjælpere, *hjælperne, nyansatte, *vikar*,
    *pædagog*, *terapeut*, læge, læger, lægen, lægerne, *lægerne, *lægers, jordem*, *portør*,
    kolleg*, *børn, *børnene, barn, barnet, unge, de unge, ældre, voksne, kvinde*, mænd, mænde*,
    forældre*, spædbørn*, nyfødt*, gravid*, bruger, brugere, brugerne, *brugere, *klient*, familie*,
    mennesker, personer, demente, døve, blinde, svagtseende, astmatiske, psykiatriske, diabetik*,
    elever*, studerende, de gamle, nattevagt*, aftenvagt*,
    pt, ptt, pts, datter*, sønnen, fruen, damerne, *-årig*
    """,
    """
    *patient, *patients, resident, residents, citizen, citizens, client, clients, *carer, *carers,
    caregiver*, relatives, nurse, nurses, staff, doctor, doctors, physician*, clinician*,
    *therapist*, midwife, midwives, porter, porters, paramedic*, parent, parents, child, children,
    kids, adult, adults, woman, women, men, elderly, older people, people with, users, families,
    people, helper, helpers, newborn*, survivor*, adolescent*, teenager*,
    young people, student*, colleague*
    """,
)
_places = shown_by(
    """
    *plejehjem*, *bosted*, *hjemmepleje*, *sygehus*, *hospital*, *ambulatori*, *klinik*,
    *akutmodtagelse*, *sengeafdeling*, *sengeafsnit*, *intensiv*, *operationsgang*,
    *operationsstue*, *børneafdeling*, *lægehus*, almen praksis, *botilbud*, *plejecent*, fødegang*,
    *apotek*, *laborator*, *neonatal*, *dialyse*, i hjemmet, eget hjem
    """,
    """
    nursing home*, care home*, clinic, clinics, emergency department, intensive care,
    operating room*, operating theatre*, general practice*, home care, pharmac*, maternity,
    outpatient*, rehabilitation centre*
    """,
)
_requires = shown_by(
    """
    må ikke, må højst, må kun, må maks*, må aldrig, må gerne, skal kunne, skal virke, skal fungere,
    skal tåle, skal passe, skal overholde, skal leve op, skal integreres, skal rengøres,
    skal vaskes, skal godkendes, skal blive i, det skal være, den skal være, løsningen skal,
    udstyret skal, det skal ske, skal være gratis, skal være nem*, skal være let*,
    skal være hygiejnisk*, skal være på dansk,
    må ikke kræve, uden at kræve, krav om, krav er, krav til, kravet er,
    forudsæt*, gdpr, persondata*, kan integreres, kompatib*, budget*, højst, plads til, råd til,
    noget nyt, intet nyt, ingen nye, ingen ekstra, ingen flere, uden smartphone, uden login,
    uden nemid, uden mitid, uden internet, uden strøm, uden hjælp, uden ekstra, uden oplæring,
    tåle, tåler, bør kunne, bør ikke, helst ikke, hygiejnekrav*, privatliv*
    """,
    """
    must, must not, has to be, has to work, has to fit, has to cope, has to survive, has to run,
    have to work, have to be able, have to be clean*, needs to be, needs to work, needs to fit,
    should not, should work, should be easy, should be cheap, should be safe, required to,
    requirement*, at most, no more than, compatible, budget, no new, no extra, no more alarms,
    cannot pay, can't pay, cannot afford, gloves stay on, gloves on, without a smartphone,
    without login, without training, without internet, stay in the eu, stays in the eu, gdpr,
    privacy
    """,
)
_evidence = shown_by(
    """
    studie, studiet, studier, studierne, *studie, *studiet, rct, randomiser*, forsøg*, afprøv*,
    evaluer*, effektmål*, før-og-eftermåling*, før- og eftermåling*, målinger viser, dokumenteret,
    dokumenterer, valider*, publicer*, artikel, artikler, pilottest*, pilotprojekt*, pilotforsøg*,
    pilotstudie*, pilotafprøv*, opgørelse*, undersøgelse*, undersøgt, reference, referencer,
    testet, tester den, tester det, klinisk test, kliniske test*, kliniske data, brugertest*,
    fokusgruppe*, i daglig drift, i drift, i brug … *kommun*, i brug … *hospital*,
    i brug … plejehjem, brugt … #, bruges … #, brugt i … kommun*, brugt på … *hospital*,
    bruges … kommun*, bruges … plejehjem, bruges … *hospital*, anvendes … kommun*,
    anvendes … *hospital*, kommuner bruger, kommuner … bruger, kommuner tester, hospitaler bruger,
    solgt til, leveret til, installeret på, lavet # *, lavet ## *, viste, studier viser,
    tal viser, resultater viser
    """,
    """
    study, studies, trial, trials, rct, randomi*ed, evaluation, evaluations, before-and-after,
    validated, validation, published, publication*, peer-reviewed, pilot, pilots, piloted,
    feasibility, field test*, tested with, tested on, tested in, tested by, usability tests,
    case series, cohort, reference*, in daily use, in routine use, in clinical use, in operation,
    in use in, in use at, in use since, used in … #, used by … hospital*, used by … municipalit*,
    used in … hospital*, used in … municipalit*, installed in, installed at, deployed in, sold to
    """,
)
_marking = shown_by(
    """
    ce, ce-mærk*, ce mærk*, ce-mark*, ce-certif*, ce-godkend*, mdr, ivdr, mdd, fda, ukca, 510(k),
    ikke medicinsk udstyr, ikke et medicinsk udstyr, intet medicinsk udstyr, ikke-medicinsk udstyr,
    medicinsk udstyr i klasse, medicinsk udstyr klasse, klasse i, klasse ii*, klasse 1,
    klasse 2a, klasse 2b, not a medical device, no medical device, medical device class,
    medical device of class, class i, class ii*
    """
)
_replaced = shown_by(
    """
    erstatte, erstatter, erstattet, erstattes, afløse, afløser, afløst, overflødiggør*,
    i stedet for, i steden for, træder i stedet, frem for, fremfor, snarere end, alternativ til,
    alternativt til, alternativet til, modsat i dag, sammenlignet med, slipper for, slipper … for,
    slippe for, ikke længere, hidtil, hidtidige, overflødig, overflødige, unødvendig, unødvendige,
    sparer … turen, undgår at, undgår … at
    """,
    """
    replace, replaces, replaced, replacing, replacement for, instead of, rather than, in place of,
    alternative to, no longer, takes the place, compared with, compared to, as opposed to,
    substitut*, supersede*, unnecessary, without the usual, do without, does without,
    do away with, does away with, today's, not required, not needed, saves … travel, spares
    """,
)
_price = shown_by(
    """
    kr, kr., dkk, kroner, eur, euro, euros, usd, sek, nok, pris, prisen, priser, prismodel*,
    abonnement*, licens, licenser, leje, lejes, lease*, leasing, køb, køb fra, købes, gratis,
    engangsbetaling, engangskøb, betales, koster, timepris*, fastpris, faktureres
    """,
    """
    price*, pricing, subscription*, licence*, license, licensed, rental, rent, free of charge,
    free for, one-off purchase, purchase, purchased, pay-per-*, pay per, paid per, paid by,
    billed, fee, yearly fee, costs
    """,
)
# What came of it, in numbers: "rose from 38 to 87 per cent", "faldt med en tredjedel".
_result = re.compile(
    r"\b(?:from|fra) \d[\d.,]* ?%? ?(?:to|til) \d|\d ?(?:%|percent|per cent|procent|pct)"
    r"|\b(?:faldt|steg|reduceret|reducerede|halveret|halverede|øgede|fell|rose|dropped|reduced|cut"
    r"|halved|increased|improved)\b.{1,40}(?:\d|tredjedel|fjerdedel|halvdel|third|quarter|half)"
    r"|\b(?:bruge[rs]|brugt|anvende[rs]|used|brukes|används)\b.{1,40}(?:\d|kommun|praksis|hospital"
    r"|plejehjem|klinik|municipalit|clinic|countries|avdeling|region)"
    r"|\b(?:praksisser|kommuner|hospitaler|plejehjem|afdelinger|regioner|klinikker) bruger\b",
    re.IGNORECASE,
)
_currency = re.compile(r"[€$£] ?\d|\d ?€")
# Not a price: what a study was paid with, and prizes that were won.
_no_price = shown_by("vinder af … priser, vundet … priser, flere priser, krydser, won … price*")
_readiness = re.compile(r"\bTRL[ -]?(?:niveau |level )?[1-9]\b", re.IGNORECASE)
_CLASS = "(?:klasse|class) (?:I{1,3}[ab]?|[A-D])"
_written_marking = re.compile(
    r"\b(?:CE[- ]?(?:mærket|marked|mærkning|marking|certified)(?:,? (?:i |as a )?" + _CLASS + ")?"
    r"|(?:MDR|IVDR)[ ,]{0,2}(?:i )?" + _CLASS + r"|CE " + _CLASS + ")",
    re.IGNORECASE,
)


def _tells_price(sentence: str) -> bool:
    return _currency.search(sentence) is not None or (_price(sentence) and not _no_price(sentence))


def _tells_evidence(sentence: str) -> bool:
    return _evidence(sentence) or _result.search(sentence) is not None


NEED_SIGNS: Mapping[str, Callable[[str], bool]] = {
    "target": lambda sentence: _people(sentence) or _places(sentence),
    "extent": tells_volume,
    "requirements": _requires,
}
OFFER_SIGNS: Mapping[str, Callable[[str], bool]] = {
    "evidence": _tells_evidence,
    "marking": _marking,
    "replaces": _replaced,
    "price": _tells_price,
}


def written_readiness(text: str) -> str:
    """Return the readiness that a text names, as it is written: "TRL 8"."""
    match = _readiness.search(text)
    return match.group() if match else ""


def written_marking(text: str) -> str:
    """Return the marking that a text names, as it is written: "CE-mærket, klasse IIa"."""
    match = _written_marking.search(text)
    return match.group() if match else ""
