"""Stems bring the forms of one word together and keep different words apart; roots also bring derivations together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.stems import root, stem
from bot.language.tokens import fold

TOGETHER = [
    "gemeente gemeenten gemeentes",
    "asielzoeker asielzoekers",
    "vluchteling vluchtelingen",
    "woning woningen",
    "wonen woont woonde gewoond woon",
    "kind kinderen kindje kindjes",
    "stad steden stadje",
    "huis huizen huisje",
    "les lessen",
    "lezen lees leest",
    "nemen neemt genomen nam",
    "verblijf verblijven verblijft",
    "bewijs bewijzen",
    "uitkering uitkeringen",
    "straf straffen gestraft",
    "terugkeren teruggekeerd terugkeert",
    "vergunning vergunningen",
    "mogelijkheid mogelijkheden",
    "school scholen",
    "wet wetten",
    "bezuinigen bezuinigt bezuinigd bezuinigde",
    "investeren investeert geïnvesteerd",
    "nationaliteit nationaliteiten",
    "advies adviezen",
    "foto foto's",
    "boa boa's",
    "idee ideeën",
    "groot grote",
    "geven geeft gegeven gaf",
    "krijgen krijgt kreeg gekregen",
    "baby baby's",
    "bos bossen",
    "boom bomen boompje",
    "brief brieven",
    "reis reizen reist gereisd",
    "afwijzen afgewezen afwijst",
    "aankomen aangekomen",
    "vastzitten vastzit",
    "museum musea",
    "groei groeien groeit gegroeid groeide",
    "maaien maait gemaaid maaide",
    "strooien strooit gestrooid",
    "weggooien weggegooid",
    "bui buien",
    "rijden rijdt gereden",
    "houden houdt gehouden",
    "bieden biedt geboden",
    "verbieden verbiedt verboden",
    "melden meldt gemeld meldde",
    "wachten wacht gewacht wachtte",
    "planten plant geplant plantte",
    "besteden besteedt besteed besteedde",
    "praten praat gepraat praatte",
    "eten eet gegeten",
    "zone zones",
    "garage garages",
    "machine machines",
    "stage stages",
    "percentage percentages",
    "brochure brochures",
    "procedure procedures",
    "college colleges",
    "raadscollege raadscolleges",
    "rotonde rotondes",
    "brigade brigades",
    "ambulance ambulances",
    "analyse analyses",
    "fase fases",
    "pauze pauzes",
    "douche douches",
    "tribune tribunes",
    "campagne campagnes",
    "windturbine windturbines",
    "principe principes",
    "tube tubes",
    "avenue avenues",
    "camping campings",
    "training trainings trainingen",
    "challenge challenges",
    "team teams",
    "wijkteam wijkteams",
    "club clubs",
    "voetbalclub voetbalclubs",
    "budget budgets",
    "app apps",
    "stadion stadions",
]

APART = [
    "won woon",
    "bos boos",
    "les lees",
    "man maan",
    "wet weet",
    "regel regering",
    "haat hut",
    "straf straat",
    "taal tal",
    "beleid beleg",
    "gemeente gemeen",
    "kamp kamer",
    "bom boom",
    "rat raad",
    "zoon zon",
    "kop koop",
    "dijk dik",
    "rood rot",
    "winnen wonen",
    "minister ministerie",
    "macht mag",
    "baan ban",
    "asiel asielzoeker",
    "vijf vijftig",
    "gebied gebit",
    "brood bed",
    "les le",
    "pianoles piano",
    "succes suc",
    "proces proc",
    "reces rec",
    "fles flen",
    "prinses prins",
    "lerares leraar",
    "links link",
    "geldt geld",
    "nooit nooi",
    "ooit ooi",
    "rit rijden",
    "zet zeg",
    "gids gid",
    "kans kan",
    "plaats plaat",
    "leges leeg",
    "bouwleges bouwlegen",
]

SAME_ROOT = [
    "bescherming beschermen",
    "discriminatie discrimineren",
    "ondersteuning ondersteunen",
    "inburgering inburgeren",
    "veilig veiligheid",
    "strafbaar straf",
    "handhaving handhaven",
    "bestrijding bestrijden",
    "integratie integreren",
    "migratie migreren",
    "segregatie segregeren",
]


@pytest.mark.parametrize("forms", TOGETHER)
def test_forms_of_one_word_have_one_stem(forms: str) -> None:
    assert len({stem(fold(form)) for form in forms.split()}) == 1


@pytest.mark.parametrize("words", APART)
def test_different_words_have_different_stems(words: str) -> None:
    assert len({stem(fold(word)) for word in words.split()}) == len(words.split())


@pytest.mark.parametrize("words", SAME_ROOT)
def test_derivations_have_one_root(words: str) -> None:
    assert len({root(fold(word)) for word in words.split()}) == 1


@pytest.mark.parametrize("form", ["750", "1f-unit", "2018", "3.500", "a", "ab", ""])
def test_numbers_and_short_words_stay_as_they_are(form: str) -> None:
    assert stem(form) == form


@given(st.text(alphabet=st.characters(categories=["Ll", "Nd"]), max_size=40))
def test_any_word_has_a_stem(word: str) -> None:
    """Never an error, never an empty stem, and the same one each time."""
    form = fold(word)
    assert bool(stem(form)) == bool(form)
    assert bool(root(form)) == bool(form)
    assert stem(form) == stem(form)
