"""Questions without end, for property tests: half sense, half noise."""

from hypothesis import strategies as st

SENSE = (
    *("Hoeveel", "vluchtelingen", "mogen", "er", "per", "jaar", "komen?", "Welke", "maatregelen", "tegen", "discriminatie", "staan", "in"),
    *("het", "regeerakkoord?", "Wie", "is", "Bart", "Somers?", "Wat", "wordt", "strafbaar,", "hoeveel", "euro", "kost", "wanneer?", "azc"),
    *("Krijgen", "asielzoekers", "taalles", "vanaf", "dag", "één?", "Waarom", "kinderpardon", "niet", "geen", "IS-gangers", "LHBT'ers"),
    *("burgemeester", "Mechelen", "500", "750", "2017", "2021", "Rutte III", "Wilders", "€", "%", "zorgtoeslag", "verblijfsvergunning"),
)
STOP_WORDS = (
    "de",
    "het",
    "een",
    "en",
    "of",
    "van",
    "voor",
    "niet",
    "geen",
    "wie",
    "wat",
    "waar",
    "ik",
    "je",
    "er",
    "dat",
    "is",
    "zijn",
    "kan",
)
NOISE = [
    *("<b>", "</b>", "<script>alert(1)</script>", "&amp;", "&lt;", "*vet*", "_schuin_", "[a](http://x.nl)", "{question}", "%s", '"', "\\"),
    *("\x00", "\x1b[31m", "\u200b", "\u202e", "\ufeff", "\u00ad", "\ud800", "\r\n", "\t", "e\u0301"),
    *("😀", "👩\u200d👩\u200d👧", "🇳🇱", "难民", "беженцы", "لاجئون", "פליטים", "refugees", "réfugiés"),
    *("ﬁ", "①", "٣", "²", "½", "ß", "İ", "ŉ", "/help", "--", "...", "?!", "'; DROP TABLE"),
]

words = st.one_of(st.sampled_from(SENSE), st.sampled_from(SENSE), st.sampled_from(STOP_WORDS), st.sampled_from(NOISE), st.text(max_size=8))
mixed = st.lists(words, max_size=25).map(" ".join)
any_text = st.text(alphabet=st.characters(exclude_categories=[]), max_size=200)
stop_words_only = st.lists(st.sampled_from(STOP_WORDS), min_size=1, max_size=12).map(" ".join)
long = st.tuples(mixed, st.integers(min_value=1, max_value=400)).map(lambda pair: (pair[0] + " ") * pair[1])

questions = st.one_of(mixed, mixed, any_text, stop_words_only, long)
"""Any text that someone might send."""

without_letters = st.text(alphabet=st.characters(categories=["P", "S", "Z", "C"]), max_size=100)
other_scripts = st.text(alphabet=st.sampled_from("难民如何беженцыلاجئونפליטיםπρόσφυγες한국어日本語 ?！"), min_size=1, max_size=60)
