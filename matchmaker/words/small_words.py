"""The words that carry grammar and no subject: left out of search, and the surest sign of a language."""

SMALL_WORDS: dict[str, frozenset[str]] = {
    "da": frozenset(
        """ad af alle allerede alt altid anden andet andre at bare begge blev blive bliver burde bør da
        de deres dem den denne der derefter derfor dermed derved det dette dig din dine disse dit dog
        du efter ej eller en end ene endnu er et evt ffa for fordi forskellige fra fx få får før
        gennem giver give gør gøre ham han hans har havde have heller helt her hos hun hvad hver
        hverken hvilke hvilken hvilket hvis hvor hvordan hvorfor hvornår i ift ifm iht ikke ikk ind
        ingen ingenting inden inkl især jeg jer jeres kan kom komme kommer kun kunne lav lige man mange
        med meget mellem men mens mere mest mfl mhp mht mig min mindre mine mit mod mv må måske måtte
        når nej noget nogen nogle nok nu ny nye nyt og også om op os osv over pga pr på ret sag selv
        selvom ses sig siden sige sin sine sit skal skulle som stadig så sådan således tage tager tit til
        uden ude ud under var ved vedr vel vi vil ville vores være været""".split()
    ),
    "en": frozenset(
        """a about above after again against all also although always an and any are as at be because
        been before being below between both but by can cannot could did do does doing done down during
        each etc even every few for from further get gets give gives had has have having he her here
        hers him his how however i if in into is it its itself just less like made make many may me
        might more most much must my need never no nor not now of off often on once only or other our
        ours out over own per said same see she should since so some still such take than that the their
        theirs them then there these they this those through to too toward towards under until up upon
        us use used very via was we well were what when where whether which while who whom whose why
        will with within without would you your yours""".split()
    ),
    "sv": frozenset(
        """alla allt att av bara bli blir blev både de dem den denna deras dess dessa det detta dig din
        dina dit ditt du där därför då efter eftersom eller en er era ert ett finns från får få för
        genom ger göra gör ha hade han hans har hela helt hennes hon hos hur här i icke ibland in ingen
        inget inom inte ja jag kan kanske kom kommer kunde kunna kvar lika man med medan mellan men mer
        mera mest mig min mina mindre mitt mot mycket många måste ned ner nej ni nu nya när någon något
        några nära och också om oss på redan samma samt sedan sig sin sina sitt ska skall skulle som så
        sådan under upp ur ut utan vad var vara varför varit varje varken vem vi vid vilka vilken vilket
        vill våra vårt vår är åt än ännu även över""".split()
    ),
    "no": frozenset(
        """alle allerede alt annen annet andre at av bare begge ble bli blir blitt bør da de dem den denne
        der deres derfor det dette dine disse ditt du dere då eg eller en enn enda er et etter ett etter
        flere for fordi fra får få før gi gir gjennom gjør gjøre ha hadde han hans har hennes her hos hun
        hva hvem hver hvilken hvilke hvis hvor hvordan hvorfor i ikke ikkje ingen inn innen ja jeg kan
        kom kommer kun kunne man mange med meg mellom men mens mer mest min mindre mitt mot mye må måtte
        ned nei ni noe noen nok nå når og også om opp oss over på samme seg selv si siden sin sine sitt
        skal skulle slik som så til um under ut ute uten var ved vi vil ville vært være våre vår vårt
        å""".split()
    ),
    "de": frozenset(
        """aber alle allem allen aller als also am an auch auf aus bei beim bereits bis bzw da dabei
        dadurch damit dann das dass dazu dem den denn der deren des deshalb die dies diese diesem diesen
        dieser dieses doch dort du durch ein eine einem einen einer eines er es etwa etwas euch eure für
        gegen gibt haben hat hatte hier ich ihm ihn ihr ihre ihrem ihren ihrer im in ins ist ja jede
        jedem jeden jeder jedoch kann kein keine keinen können könnte mehr mein meine mit muss müssen
        nach nicht nichts noch nun nur ob oder oft ohne schon sehr sein seine sich sie sind so sollen
        sollte sondern sowie um und uns unser unsere unter viel viele vom von vor war waren was wegen
        weil wenn werden wer wie wieder wir wird wo wurde wurden während z zu zum zur zwischen über
        ich""".split()
    ),
}
