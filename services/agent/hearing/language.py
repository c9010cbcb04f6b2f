"""Which language a customer writes, as far as the agent must know it: its own, or one that it cannot serve."""

import re

_STOP_WORDS = {
    "en": "the a an i my you your is are was it to of and in for on not with have has do does can me this that "
    "what where how when",
    "es": "el la los las un una mi mis de que en es no por para con se del al pero muy quiero necesito pedido "
    "donde está hola cuando gracias ayuda he ha favor su lo llegado dónde cómo",
    "fr": "le la les un une des mon ma mes je vous de et est pas que qui pour dans avec ne ce bonjour où "
    "commande suis au du sur été j'ai n'est c'est veux merci quand comment votre colis reçu",
    "de": "der die das ein eine ich mein meine ist nicht und zu mit für von auf habe bitte wo wie kann sie es "
    "den dem noch bestellung wann hallo danke möchte wurde haben immer",
    "pt": "os as um uma meu minha de que em não por para com eu quero pedido onde está olá você obrigado meus foi",
    "it": "il lo la gli le un una mio mia di che non per con io vorrei ordine dove sono ciao grazie quando ho mi della",
    "nl": "de het een ik mijn is niet en van op te met voor waar bestelling wil heb graag hoe kan jullie dank",
}
_WORDS = {language: frozenset(words.split()) for language, words in _STOP_WORDS.items()}
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
)
_ENOUGH = 2
_SHARE = 0.25


def detected(text: str) -> str:
    """The language as ISO 639-1; `en` unless the text is clearly something else."""
    text = text[:2_000].lower().replace("\u2019", "'")
    return _by_script(text) or _by_words(re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", text))


def _by_script(text: str) -> str | None:
    letters = len(re.findall(r"[^\W\d_]", text))
    return next((name for name, script in _SCRIPTS if len(script.findall(text)) > letters / 3), None)


def _by_words(words: list[str]) -> str:
    hits = {language: sum(word in known for word in words) for language, known in _WORDS.items()}
    best = max(hits, key=lambda language: (hits[language], language == "en"))
    clear = hits[best] >= _ENOUGH and hits[best] >= _SHARE * len(words) and hits[best] > hits["en"]
    return best if clear else "en"
