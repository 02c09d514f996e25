"""Words that Spanish, French, Italian and Portuguese say for signs, units and money."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Numerals:
    """How a language says what is not letters."""

    code: str
    """num2words' name of the language."""
    point: str
    minus: str
    to: str
    dot: str
    at: str
    slash: str
    dash: str
    hashtag: str
    number: str
    signs: dict[str, str]
    units: dict[str, tuple[str, str]]
    """Unit or currency sign: one, many."""
    decimal_comma: bool = True


def _units(
    euro: str, dollar: str, dollars: str, pound: str, pounds: str, percent: str, degrees: str
) -> dict[str, tuple[str, str]]:
    return {
        "€": (euro, f"{euro}s"),
        "$": (dollar, dollars),
        "£": (pound, pounds),
        "%": (percent, percent),
        "°C": (f"{degrees} Celsius", f"{degrees} Celsius"),
        "°": (degrees, degrees),
        "º": (degrees, degrees),
    }


def _metric(
    kilometre: str, metre: str, centimetre: str, millimetre: str, kilo: str, gram: str, hour: str, minute: str
) -> dict[str, tuple[str, str]]:
    names = {
        "km": kilometre,
        "m": metre,
        "cm": centimetre,
        "mm": millimetre,
        "kg": kilo,
        "g": gram,
        "h": hour,
        "min": minute,
    }
    return {unit: (name, f"{name}s") for unit, name in names.items()}


NUMERALS: dict[str, Numerals] = {
    "es": Numerals(
        "es",
        "coma",
        "menos",
        "a",
        "punto",
        "arroba",
        "barra",
        "guion",
        "hashtag",
        "número",
        {
            "&": "y",
            "+": "más",
            "=": "igual a",
            "@": "arroba",
            "×": "por",
            "÷": "entre",
            "→": "a",
            "<": "menor que",
            ">": "mayor que",
        },
        _units("euro", "dólar", "dólares", "libra", "libras", "por ciento", "grados")
        | _metric("kilómetro", "metro", "centímetro", "milímetro", "kilo", "gramo", "hora", "minuto"),
    ),
    "fr": Numerals(
        "fr",
        "virgule",
        "moins",
        "à",
        "point",
        "arobase",
        "barre oblique",
        "tiret",
        "hashtag",
        "numéro",
        {
            "&": "et",
            "+": "plus",
            "=": "égale",
            "@": "arobase",
            "×": "fois",
            "÷": "divisé par",
            "→": "à",
            "<": "inférieur à",
            ">": "supérieur à",
        },
        _units("euro", "dollar", "dollars", "livre", "livres", "pour cent", "degrés")
        | _metric("kilomètre", "mètre", "centimètre", "millimètre", "kilo", "gramme", "heure", "minute"),
    ),
    "it": Numerals(
        "it",
        "virgola",
        "meno",
        "a",
        "punto",
        "chiocciola",
        "barra",
        "trattino",
        "hashtag",
        "numero",
        {
            "&": "e",
            "+": "più",
            "=": "uguale a",
            "@": "chiocciola",
            "×": "per",
            "÷": "diviso",
            "→": "a",
            "<": "minore di",
            ">": "maggiore di",
        },
        _units("euro", "dollaro", "dollari", "sterlina", "sterline", "per cento", "gradi")
        | {
            "€": ("euro", "euro"),
            "km": ("chilometro", "chilometri"),
            "m": ("metro", "metri"),
            "cm": ("centimetro", "centimetri"),
            "mm": ("millimetro", "millimetri"),
            "kg": ("chilo", "chili"),
            "g": ("grammo", "grammi"),
            "h": ("ora", "ore"),
            "min": ("minuto", "minuti"),
        },
    ),
    "pt": Numerals(
        "pt_BR",
        "vírgula",
        "menos",
        "a",
        "ponto",
        "arroba",
        "barra",
        "hífen",
        "hashtag",
        "número",
        {
            "&": "e",
            "+": "mais",
            "=": "igual a",
            "@": "arroba",
            "×": "vezes",
            "÷": "dividido por",
            "→": "para",
            "<": "menor que",
            ">": "maior que",
        },
        _units("euro", "dólar", "dólares", "libra", "libras", "por cento", "graus")
        | _metric("quilômetro", "metro", "centímetro", "milímetro", "quilo", "grama", "hora", "minuto")
        | {"R$": ("real", "reais")},
    ),
}
"""By the first part of a language tag. Hindi, Japanese and Chinese numbers are left to their own readers."""
