"""Sentences of no great meaning in several languages, put together from our own words."""

from __future__ import annotations

import re

import numpy as np

Grammar = dict[str, tuple[str, ...]]
_SLOT = re.compile(r"<(\w+)>")

ENGLISH: Grammar = {
    "sentence": (
        "<who> <does> <what> <when>.", "<who> <does> <what>.", "Who says <who> <does> <what>?",
        "<when>, <who> <does> <what>.", "I think <who> <does> <what>, but <who> does not.",
        "Well, <who> <does> it again.", "Please bring <what>.", "Number <number>, <what>.",
        "The time is <number> past <number>.", "No, <number> is enough.",
    ),
    "who": ("my neighbour", "the old teacher", "nobody", "a friend", "the captain", "your sister"),
    "does": ("counts", "paints", "has forgotten", "carries", "would sell", "repairs", "remembers"),
    "what": ("the garden gate", "seven blue boats", "a bowl of soup", "the last train"),
    "when": ("on a rainy Monday", "after breakfast", "in the middle of winter", "twice a week"),
    "number": ("three", "eleven", "forty two", "nineteen", "six hundred", "ninety"),
}  # fmt: skip
GERMAN: Grammar = {
    "sentence": (
        "<who> <does> <when> <what>.", "<who> <does> <what>.", "Glaubst du, <who> <does> <what>?",
        "Also, <who> <does> das nie.", "Bitte <number> Stück.", "Gleis <number>, Vorsicht bitte.",
    ),
    "who": ("die Nachbarin", "mein Onkel", "der Schaffner", "niemand", "das Kind", "unser Arzt"),
    "does": ("sucht", "verkauft", "vergisst", "malt", "bringt", "zählt", "repariert"),
    "what": ("den letzten Apfel", "sieben Boote", "die alte Brücke", "eine Suppe", "das Fenster"),
    "when": ("am Montag", "nach dem Essen", "im Winter", "zweimal die Woche", "gern"),
    "number": ("drei", "elf", "zweiundvierzig", "neunzehn", "hundert"),
}  # fmt: skip
SPANISH: Grammar = {
    "sentence": (
        "<who> <does> <what> <when>.", "<who> <does> <what>.", "¿Sabes si <who> <does> <what>?",
        "<when>, <who> <does> <what>.", "Son las <number>.", "No, gracias, <number> bastan.",
    ),
    "who": ("mi vecina", "el capitán", "nadie", "la maestra", "un amigo nuestro", "tu hermano"),
    "does": ("busca", "pinta", "olvida", "vende", "lleva", "cuenta", "arregla"),
    "what": ("la puerta del jardín", "siete barcos", "una sopa caliente", "el último tren"),
    "when": ("los lunes", "después de comer", "en invierno", "cada semana"),
    "number": ("tres", "once", "cuarenta y dos", "nueve", "veinte"),
}  # fmt: skip
FRENCH: Grammar = {
    "sentence": (
        "<who> <does> <what> <when>.", "<who> <does> <what>.", "Je crois que <who> <does> <what>.",
        "<when>, <who> <does> <what>.", "Il en faut <number>.", "Voie <number>, en voiture.",
    ),
    "who": ("ma voisine", "le capitaine", "personne ici", "la maîtresse", "un ami", "ton frère"),
    "does": ("cherche", "peint", "oublie", "vend", "porte", "compte", "répare"),
    "what": ("la porte du jardin", "sept bateaux", "une soupe chaude", "le dernier train"),
    "when": ("le lundi", "après le repas", "en hiver", "deux fois par semaine"),
    "number": ("trois", "onze", "quarante deux", "dix neuf", "cent"),
}  # fmt: skip
ITALIAN: Grammar = {
    "sentence": (
        "<who> <does> <what> <when>.", "<who> <does> <what>.", "Credo che <who> <does> <what>.",
        "Ne bastano <number>.", "Binario <number>, in partenza.",
    ),
    "who": ("la mia vicina", "il capitano", "nessuno", "la maestra", "un amico", "tuo fratello"),
    "does": ("cerca", "dipinge", "dimentica", "vende", "porta", "conta", "ripara"),
    "what": ("la porta del giardino", "sette barche", "una zuppa calda", "l'ultimo treno"),
    "when": ("di lunedì", "dopo pranzo", "in inverno", "due volte alla settimana"),
    "number": ("tre", "undici", "quarantadue", "nove", "cento"),
}  # fmt: skip
PORTUGUESE: Grammar = {
    "sentence": (
        "<who> <does> <what> <when>.", "<who> <does> <what>.", "Acho que <who> <does> <what>.",
        "São <number> horas.", "Bastam <number>.",
    ),
    "who": ("a minha vizinha", "o capitão", "ninguém", "a professora", "um amigo", "o teu irmão"),
    "does": ("procura", "pinta", "esquece", "vende", "leva", "conta", "arranja"),
    "what": ("o portão do jardim", "sete barcos", "uma sopa quente", "o último comboio"),
    "when": ("à segunda-feira", "depois do almoço", "no inverno", "todas as semanas"),
    "number": ("três", "onze", "quarenta e duas", "nove", "vinte"),
}  # fmt: skip
DUTCH: Grammar = {
    "sentence": (
        "<who> <does> <what> <when>.", "<who> <does> <what>.", "Ik denk niet dat het waar is.",
        "Het is <number> uur.", "Doe er maar <number>.",
    ),
    "who": ("mijn buurman", "de kapitein", "niemand", "de juf", "een vriend", "jouw zus"),
    "does": ("zoekt", "schildert", "vergeet", "verkoopt", "draagt", "telt", "maakt"),
    "what": ("het tuinhek", "zeven boten", "een kom soep", "de laatste trein"),
    "when": ("op maandag", "na het eten", "in de winter", "elke week"),
    "number": ("drie", "elf", "negentien", "honderd"),
}  # fmt: skip
LANGUAGES: dict[str, Grammar] = {
    "en-us": ENGLISH, "en-gb": ENGLISH, "en-gb-scotland": ENGLISH, "de": GERMAN, "es": SPANISH,
    "es-419": SPANISH, "fr-fr": FRENCH, "it": ITALIAN, "pt": PORTUGUESE, "pt-br": PORTUGUESE,
    "nl": DUTCH,
}  # fmt: skip
"""espeak-ng's name of a language → its grammar."""


def sentence(language: str, rng: np.random.Generator) -> str:
    """One sentence in `language`, a name in `LANGUAGES`."""
    grammar = LANGUAGES[language]

    def filled(match: re.Match[str]) -> str:
        choices = grammar[match.group(1)]
        return choices[int(rng.integers(len(choices)))]

    choices = grammar["sentence"]
    text = _SLOT.sub(filled, choices[int(rng.integers(len(choices)))])
    return text[0].upper() + text[1:]


def remarks(language: str, count: int, rng: np.random.Generator) -> str:
    """`count` sentences, one after another."""
    return " ".join(sentence(language, rng) for _ in range(count))
