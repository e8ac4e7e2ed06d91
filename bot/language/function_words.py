"""Words that carry grammar rather than content, in the groups that a question is read by.

The list is short on purpose: words such as 'geen', 'niet', 'zonder' and the question words tell what is asked, so that they
are read by `answering.question` before they are left out of the search.
"""

from bot.language.tokens import Token

NEGATIONS = frozenset(("niet geen nooit niets niemand nergens zonder noch nee").split())

QUESTION_WORDS = frozenset(
    (
        "wie wat waar wanneer waarom welk welke hoe hoeveel hoelang hoezo waardoor waarmee waarvoor waarover waarvan waarin "
        "waarop waaruit waarheen waarnaar waaraan waarbij wiens wier hoever hoevaak hoeveelste"
    ).split()
)

PRONOMINAL_ADVERBS = frozenset(
    first + last
    for first in ("er", "hier", "daar", "waar")
    for last in (
        "aan achter achteraan af bij binnen boven bovenop buiten door doorheen heen in langs mee na naar naartoe naast om omheen onder op "
        "over overheen rond tegen toe tussen tussendoor tussenin uit van vanaf vandaan voor"
    ).split()
)
"""'ernaartoe', 'daarvandaan': a pronoun and a preposition in one; word lists lack many of them."""

FUNCTION_WORDS = (
    frozenset(
        (
            "de het een der des den ter ten te dit dat deze die dien zulk zulke zo'n zon ik jij je jou jouw u uw gij ge hij zij ze "
            "wij we jullie hun hen haar hem zijn mijn m'n z'n ons onze me mij mezelf zich zichzelf elkaar men er hier daar ergens "
            "iemand iets wat al alle alles allemaal ander andere anders beide beiden elk elke ieder iedere iedereen enkel enkele "
            "enige enig sommige verschillende aan achter af bij binnen boven buiten door in langs met na naar naast om onder op over "
            "per rond rondom sinds tegen tijdens tot tussen uit van vanaf vanuit via volgens voor voorbij wegens dankzij ondanks qua "
            "inzake betreffende omtrent en of maar want dus als dan omdat doordat zodat toen terwijl hoewel indien tenzij mits nadat "
            "voordat zodra zolang dat zijn ben bent is was waren geweest wees hebben heb hebt heeft had hadden gehad worden word "
            "wordt werd werden geworden zullen zal zult zou zouden kunnen kan kun kunt kon konden mogen mag mocht mochten moeten moet "
            "moest moesten willen wil wilt wilde wilden hoeven hoeft hoef laten laat liet lieten gelaten blijken blijkt gaan ga gaat "
            "ging gingen gegaan doen doe doet deed deden gedaan komen kom komt kwam kwamen gekomen krijgen krijg krijgt kreeg kregen "
            "gekregen ook nog wel toch eens even maar nou nu al reeds eigenlijk gewoon juist alleen slechts zelfs zelf heel erg zeer "
            "veel weinig meer minder meest best graag misschien soms vaak altijd straks dan daarna daarvoor daarvan daarover daarop "
            "daarmee daarbij daarin daaraan daardoor daarom hiervoor hiervan hierover hiermee hierbij hierin hierdoor ervan erover "
            "erop ermee erbij erin eraan erdoor ervoor ertoe ertegen eruit eraf weer zo zoals precies ongeveer circa bijvoorbeeld "
            "namelijk inderdaad ja jawel ok oke he hoor zeg tja nou toe zeker bv nl idd wellicht uiteraard overigens trouwens "
            "ongeacht ieders naartoe"
        ).split()
    )
    | NEGATIONS
    | QUESTION_WORDS
    | PRONOMINAL_ADVERBS
)

LIGHT_WORDS = frozenset(
    (
        "maken maakt geven staan staat nemen houden vinden zien zeggen weten denken horen kijken zetten brengen blijven hebben "
        "gebeuren vertellen noemen bedoelen bedoeld betekenen betekent inhouden gelden gebruiken horen spreken praten vragen "
        "stellen lezen schrijven mensen mens persoon personen man vrouw ding dingen zaak zaken manier wijze soort deel geval keer "
        "onderwerp punt vraag antwoord iets bepaald bepaalde nieuw nieuwe groot grote klein kleine goed goede belangrijk "
        "belangrijke vooral eerste eerst laatste heel hele nederland nederlands land jaar jaren tijd dag moment begin plek plaats "
        "stuk groep kant aantal kabinet regering akkoord regeerakkoord coalitieakkoord coalitie bron document tekst blog blogger "
        "artikel plan plannen beleid lukt lukken klopt kloppen precies zitten zit liggen lopen loopt werkelijk echt direct welk "
        "eigen samen verder opnieuw uitleggen uitleg wilt zoeken zoek doel reden gevolg graag benieuwd korte kort lang hoelang "
        "hoog laag snel verandert veranderen komt regelen geregeld aspect onderwerp maatregel term woord citaat uitdrukking "
        "kwestie situatie stelling verschil voorbeeld informatie idee titel naam zin beter slecht klaar weg terug vroeger later "
        "vandaag morgen gisteren huidige"
    ).split()
)
"""Words with some content, but in nearly every question or text: they count for little."""


def is_content(token: Token) -> bool:
    """Whether a token carries content. 'één' with its accents is a number, 'een' is an article."""
    return token.form not in FUNCTION_WORDS or (token.form == "een" and token.accented) or token.surface in ("IS",)
