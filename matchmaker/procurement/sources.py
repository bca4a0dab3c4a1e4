"""What the guide builds on. It is cited and linked to; nothing of it is copied."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A public text; `language` is that of its title, `note` a code of ``labels.SOURCE_NOTES``."""

    title: str
    publisher: str
    year: str
    address: str
    language: str = "da"
    note: str = ""


SOURCES = (
    Source(
        "Dialog før og under udbudsprocessen",
        "Konkurrence- og Forbrugerstyrelsen",
        "2018",
        "https://www.kfst.dk/vejledninger/kfst/dansk/2018/20180123-dialog-foer-og-under-udbudsprocessen/",
        note="before_2022",
    ),
    Source(
        "Udbudsloven (lov nr. 1564 af 15. december 2015 med ændringer), §§ 22, 39, 73-79 og 136",
        "Retsinformation",
        "2015",
        "https://www.retsinformation.dk/eli/lta/2015/1564",
        note="law",
    ),
    Source(
        "Directive 2014/24/EU on public procurement: articles 31, 40 and 41",
        "EUR-Lex",
        "2014",
        "https://eur-lex.europa.eu/eli/dir/2014/24/oj",
        language="en",
        note="directive",
    ),
    Source(
        "Tærskelværdier",
        "Konkurrence- og Forbrugerstyrelsen",
        "2024-2025",
        "https://www.kfst.dk/udbud/udbudsregler/",
        note="thresholds",
    ),
    Source(
        "Er jeg forpligtet til at udbyde en kontrakt vedrørende forsknings- og udviklingsydelser?",
        "Statens Indkøb",
        "2021",
        "https://statensindkob.dk/seneste-nyt/nyhedsarkiv/2021/juni/spoergsmaal-og-svar-er-jeg-forpligtet-til-at-udbyde-en-kontrakt-vedroerende-forsknings-og-udviklingsydelser/",
        note="research",
    ),
    Source(
        "Framework for State aid for research and development and innovation (2022/C 414/01)",
        "European Commission",
        "2022",
        "https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:52022XC1028(03)",
        language="en",
        note="state_aid",
    ),
    Source(
        "OPI-modelaftale",
        "Welfare Tech, Horten",
        "2019",
        "https://www.horten.dk/nyhedsliste/2019/september/horten-bistaar-welfare-tech-med-opdatering-af-opi-modelaftale",
        note="model_agreement",
    ),
    Source(
        "OPI-aftaleskabelon, og håndbogen Offentlig-privat innovationssamarbejde",
        "Gate 21, Lundgrens, Setterwalls",
        "2019",
        "https://www.gate21.dk/cleantechtipp/opi-aftale/",
        note="model_agreement",
    ),
)
