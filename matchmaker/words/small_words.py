"""The words that carry grammar and no subject.

They are left out of search, and are the surest sign of a language.
"""


def word_set(words: str) -> frozenset[str]:
    """Return the words of a typed list, whatever its line breaks."""
    return frozenset(words.split())


SMALL_WORDS: dict[str, frozenset[str]] = {
    "da": word_set(
        """
        ad af alle allerede alt altid anden andet andre at bare begge blev blive bliver
        burde bør da de dem den denne der derefter deres derfor dermed derved det dette dig
        din dine disse dit dog du efter ej eller en end endnu ene er et evt ffa for fordi
        forskellige fra fx få får før gennem give giver gør gøre ham han hans har havde have
        heller helt her hos hun hvad hver hverken hvilke hvilken hvilket hvis hvor hvordan
        hvorfor hvornår i ifm ift iht ikk ikke ind inden ingen ingenting inkl især jeg jer
        jeres kan kom komme kommer kun kunne lige man mange med meget mellem men mens mere
        mest mfl mhp mht mig min mindre mine mit mod mv må måske måtte nej nogen noget nogle
        nok nu ny nye nyt når og også om op os osv over pga pr på selv selvom ses siden sig
        sige sin sine sit skal skulle som stadig så sådan således tage tager til tit ud ude
        uden under var ved vedr vel vi vil ville vores være været
        """
    ),
    "en": word_set(
        """
        a about above after again against all also although always an and any are as at be
        because been before being below between both but by can cannot could did do does
        doing done down during each etc even every few for from further get gets give gives
        had has have having he her here hers him his how however i if in into is it its
        itself just less like made make many may me might more most much must my need never
        no nor not now of off often on once only or other our ours out over own per said
        same see she should since so some still such take than that the their theirs them
        then there these they this those through to too toward towards under until up upon
        us use used very via was we well were what when where whether which while who whom
        whose why will with within without would you your yours
        """
    ),
    "sv": word_set(
        """
        alla allt att av bara blev bli blir både de dem den denna deras dess dessa det detta
        dig din dina dit ditt du där därför då efter eftersom eller en er era ert ett finns
        från få får för genom ger gör göra ha hade han hans har hela helt hennes hon hos hur
        här i ibland icke in ingen inget inom inte ja jag kan kanske kom kommer kunde kunna
        kvar lika man med medan mellan men mer mera mest mig min mina mindre mitt mot mycket
        många måste ned nej ner ni nu nya när nära någon något några och också om oss på
        redan samma samt sedan sig sin sina sitt ska skall skulle som så sådan under upp ur
        ut utan vad var vara varför varit varje varken vem vi vid vilka vilken vilket vill
        vår våra vårt än ännu är även åt över
        """
    ),
    "no": word_set(
        """
        alle allerede alt andre annen annet at av bare begge ble bli blir blitt bør da de
        dem den denne der dere deres derfor det dette dine disse ditt du då eg eller en enda
        enn er et ett etter flere for fordi fra få får før gi gir gjennom gjør gjøre ha
        hadde han hans har hennes her hos hun hva hvem hver hvilke hvilken hvis hvor hvordan
        hvorfor i ikke ikkje ingen inn innen ja jeg kan kom kommer kun kunne man mange med
        meg mellom men mens mer mest min mindre mitt mot mye må måtte ned nei ni noe noen
        nok nå når og også om opp oss over på samme seg selv si siden sin sine sitt skal
        skulle slik som så til under ut ute uten var ved vi vil ville vår våre vårt være
        vært å
        """
    ),
    "de": word_set(
        """
        aber alle allem allen aller als also am an auch auf aus bei beim bereits bis bzw da
        dabei dadurch damit dann das dass dazu dem den denn der deren des deshalb die dies
        diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer
        eines er es etwa etwas euch eure für gegen gibt haben hat hatte hier ich ihm ihn ihr
        ihre ihrem ihren ihrer im in ins ist ja jede jedem jeden jeder jedoch kann kein
        keine keinen können könnte mehr mein meine mit muss müssen nach nicht nichts noch
        nun nur ob oder oft ohne schon sehr sein seine sich sie sind so sollen sollte
        sondern sowie um und uns unser unsere unter viel viele vom von vor war waren was
        wegen weil wenn wer werden wie wieder wir wird wo wurde wurden während z zu zum zur
        zwischen über
        """
    ),
}
