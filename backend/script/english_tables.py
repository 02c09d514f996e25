"""Words that English says for signs, units and short forms."""

from __future__ import annotations

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

SCALES = {"k": "thousand", "K": "thousand", "M": "million", "m": "million", "B": "billion", "bn": "billion"}
SCALES |= {"T": "trillion", "tn": "trillion"}

CURRENCIES = {
    "$": ("dollar", "dollars"),
    "€": ("euro", "euros"),
    "£": ("pound", "pounds"),
    "¥": ("yen", "yen"),
    "₹": ("rupee", "rupees"),
    "₩": ("won", "won"),
    "₽": ("ruble", "rubles"),
    "₺": ("lira", "lira"),
    "₪": ("shekel", "shekels"),
    "฿": ("baht", "baht"),
    "₿": ("bitcoin", "bitcoin"),
    "¢": ("cent", "cents"),
}
"""Sign: one, many."""

FRACTIONS = {
    2: ("half", "halves"), 3: ("third", "thirds"), 4: ("quarter", "quarters"), 5: ("fifth", "fifths"),
    6: ("sixth", "sixths"), 8: ("eighth", "eighths"), 10: ("tenth", "tenths"),
}  # fmt: skip

_METRIC = {
    "km": "kilometer", "cm": "centimeter", "mm": "millimeter", "µm": "micrometer", "μm": "micrometer",
    "nm": "nanometer", "kg": "kilogram", "mg": "milligram", "µg": "microgram", "μg": "microgram", "ml": "milliliter",
    "mL": "milliliter", "cl": "centiliter", "m": "meter", "g": "gram", "l": "liter", "L": "liter", "ha": "hectare",
    "m²": "square meter", "km²": "square kilometer", "cm²": "square centimeter", "m³": "cubic meter",
    "cm³": "cubic centimeter", "m2": "square meter", "km2": "square kilometer",
}  # fmt: skip
_OTHER = {
    "lb": "pound", "lbs": "pound", "oz": "ounce", "yd": "yard", "mi": "mile", "KB": "kilobyte", "kB": "kilobyte",
    "MB": "megabyte", "GB": "gigabyte", "TB": "terabyte", "kWh": "kilowatt hour", "kW": "kilowatt", "MW": "megawatt",
    "GW": "gigawatt", "W": "watt", "V": "volt", "mV": "millivolt", "mA": "milliamp", "mAh": "milliamp hour",
    "Wh": "watt hour", "dB": "decibel", "kcal": "kilocalorie", "cal": "calorie", "sec": "second", "secs": "second",
    "min": "minute", "mins": "minute", "hr": "hour", "hrs": "hour", "ms": "millisecond", "yr": "year", "yrs": "year",
    "px": "pixel", "kJ": "kilojoule",
}  # fmt: skip
_UNCHANGED = {
    "ft": ("foot", "feet"), "Hz": ("hertz", "hertz"), "kHz": ("kilohertz", "kilohertz"),
    "MHz": ("megahertz", "megahertz"), "GHz": ("gigahertz", "gigahertz"),
    "km/h": ("kilometer per hour", "kilometers per hour"), "kph": ("kilometer per hour", "kilometers per hour"),
    "mph": ("mile per hour", "miles per hour"), "m/s": ("meter per second", "meters per second"),
    "fps": ("frame per second", "frames per second"), "Mbps": ("megabit per second", "megabits per second"),
    "Gbps": ("gigabit per second", "gigabits per second"), "kbps": ("kilobit per second", "kilobits per second"),
    "MB/s": ("megabyte per second", "megabytes per second"), "rpm": ("R P M", "R P M"), "dpi": ("D P I", "D P I"),
    "kPa": ("kilopascal", "kilopascals"), "ppm": ("part per million", "parts per million"),
}  # fmt: skip
UNITS = {unit: (name, f"{name}s") for unit, name in {**_METRIC, **_OTHER}.items()} | _UNCHANGED
"""Unit: one, many. Single letters that are more often something else (A, s, h, t, N) are left alone."""

SIGNS = {
    "→": "to", "⇒": "to", "➔": "to", "->": "to", "=>": "to", "←": "from", "<-": "from", "<": "less than",
    ">": "more than", "≤": "at most", "≥": "at least", "=": "equals", "*": "times", "½": "a half", "¼": "a quarter",
    "¾": "three quarters", "⅓": "a third", "⅔": "two thirds", "⅛": "an eighth", "‰": "per mille", "~": "about",
    "&": "and", "+": "plus", "@": "at", "%": "percent",
    "™": "", "®": "", "©": "copyright", "•": "", "^_^": "", "§": "section", "№": "number", "#": "number",
}  # fmt: skip

WHOLE_WORDS = {
    "w/": "with", "w/o": "without", "b/c": "because", "C#": "C sharp", "F#": "F sharp", "G#": "G sharp",
    "D#": "D sharp", "A#": "A sharp", ".NET": "dot net", "CO2": "C O 2", "24/7": "24 7", "9/11": "9 11",
    "50/50": "50 50",
}  # fmt: skip

ABBREVIATIONS = {
    "St": "Saint", "Mt": "Mount", "Ft": "Fort", "Prof": "Professor", "Sgt": "Sergeant", "Gen": "General",
    "Capt": "Captain", "Lt": "Lieutenant", "Col": "Colonel", "Rev": "Reverend", "Gov": "Governor", "Sen": "Senator",
    "Rep": "Representative", "Fig": "Figure", "fig": "figure", "Vol": "Volume", "vol": "volume", "Ch": "Chapter",
    "Sec": "Section", "pp": "pages", "approx": "approximately", "dept": "department", "Dept": "Department",
    "Jan": "January", "Feb": "February", "Aug": "August", "Sept": "September", "Sep": "September", "Oct": "October",
    "Nov": "November", "Dec": "December",
}  # fmt: skip
"""Before a capital or a digit; those in lower case before anything."""

ROMAN = {
    "II": 2, "III": 3, "IV": 4, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "XI": 11, "XII": 12, "XIII": 13, "XIV": 14,
    "XV": 15, "XVI": 16, "XVII": 17, "XVIII": 18, "XIX": 19, "XX": 20, "XXI": 21, "XXIII": 23,
}  # fmt: skip
"""Only those that are no letter and no word."""

ROMAN_AFTER = frozenset(
    """
    chapter part war act volume book section type phase level title article stage class figure appendix episode
    season round bowl grade step
    """.split()  # noqa: SIM905  # words in lines read better than one a line
)
REGNAL = frozenset(
    """
    Henry Louis Elizabeth George Edward Richard Charles William James Philip Alexander Catherine Frederick Francis
    Ferdinand Otto Nicholas Peter Paul John Pius Benedict Gregory Leo Clement Innocent Napoleon Ramesses Thutmose
    Margrethe Gustav Haakon Harald Mehmed Murad Selim Ivan Felipe Carlos Alfonso
    """.split()  # noqa: SIM905  # words in lines read better than one a line
)
"""Names of rulers, after which a Roman numeral is an ordinal."""
