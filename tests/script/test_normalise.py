"""What is said for what is written; the written words stay."""

from __future__ import annotations

import pytest

from tests.script.reading import pairs, read, said


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("$100", "$100"),
        ("1,200.50", "1,200.50"),
        ("$5M", "$5 million"),
        ("-$5", "minus $5"),
        ("¥1", "1 yen"),
        ("₹500", "500 rupees"),
        ("100€", "100 euros"),
        ("US$5", "5 US dollars"),
        ("20k", "20 thousand"),
        ("4K", "4K"),
        ("50%", "50%"),
        ("#1", "number 1"),
        ("C#", "C sharp"),
        ("&", "and"),
        ("20°C", "20 degrees Celsius"),
        ("1°", "1 degree"),
        ("-5°F", "minus 5 degrees Fahrenheit"),
        ("3:30pm", "3 30 pm"),
        ("3:05", "3 oh 5"),
        ("10:00", "10 o'clock"),
        ("16:9", "16 to 9"),
        ("10–20", "10 to 20"),
        ("$100-$200", "$100 to $200"),
        ("9:00-17:30", "9 o'clock to 17 30"),
        ("12/05/2024", "December 5th, 2024"),
        ("25/12/2024", "December 25th, 2024"),
        ("2024-05-12", "May 12th, 2024"),
        ("2024-05-99", "2024-05-99"),
        ("99/99/2024", "99/99/2024"),
        ("555-123-4567", "5 5 5, 1 2 3, 4 5 6 7"),
        ("+44-20-7946-0958", "plus 4 4, 2 0, 7 9 4 6, 0 9 5 8"),
        ("500-1000", "500 to 1000"),
        ("007", "0 0 7"),
        ("10kg", "10 kilograms"),
        ("1km", "1 kilometer"),
        ("60mph", "60 miles per hour"),
        ("5'10\"", '5 foot 10"'),
        ("10m²", "10 square meters"),
        ("x²", "x squared"),
        ("2^8", "2 to the 8"),
        ("3/4", "3 quarters"),
        ("24/7", "24 7"),
        ("1½", "1 and a half"),
        ("v2.0.1", "version 2 point 0 point 1"),
        ("192.168.0.1", "192 dot 168 dot 0 dot 1"),
        ("1080x1920", "1080 by 1920"),
        ("x<y", "x less than y"),
        (":)", None),
        ("me.you@example.com", "me dot you at example dot com"),
        ("https://www.example.com/path?x=1", "example dot com slash path"),
        ("notes.txt", "notes dot txt"),
        ("#HelloWorld", "hashtag Hello World"),
        ("@user_name", "at user name"),
        ("snake_case", "snake case"),
        ("NASA", "NASA"),
        ("[laughs]", "laughs"),
        ("“Hello,”", '"Hello,"'),
    ],
)
def test_english_says_what_the_engine_alone_would_not(written: str, spoken: str | None) -> None:
    sentence = read(f"{written} word").sentences[0]
    assert pairs(sentence)[0] == (written, spoken)


@pytest.mark.parametrize(
    ("script", "spoken"),
    [
        ("We ran 5 km in 1 min.", "We ran 5 kilometers in 1 minute."),
        ("Call (415) 555-2671.", "Call (4 1 5) 5 5 5, 2 6 7 1."),
        ("It starts at 10:00 AM.", "It starts at 10 AM."),
        ("Henry VIII read chapter IV of World War II.", "Henry the 8th read chapter 4 of World War 2."),
        ("Mix CIVIL and V and X.", "Mix CIVIL and V and X."),
        ("Add 2 1/2 cups.", "Add 2 and a half cups."),
        ("St. Louis, on Jan. 5.", "Saint Louis, on January 5."),
        ("It is 2 * 3 = 6.", "It is 2 times 3 equals 6."),
    ],
)
def test_english_looks_at_the_words_beside(script: str, spoken: str) -> None:
    assert said(script) == spoken


def test_british_dates_put_the_day_first() -> None:
    assert said("On 12/05/2024.", "bf_x") == "On the 12th of May 2024."


@pytest.mark.parametrize(
    ("voice", "script", "spoken"),
    [
        (
            "ef_dora",
            "Cuesta 1.234,5 € y 50 %.",
            "Cuesta mil doscientos treinta y cuatro coma cinco euros y cincuenta por ciento.",
        ),
        ("ef_dora", "Son 21 km a las 15:30.", "Son veintiuno kilómetros a las quince treinta."),
        ("ff_x", "À 15:30, 10–20 km.", "À quinze heures trente, dix à vingt kilomètres."),
        ("ff_x", "Écris à moi@exemple.fr", "Écris à moi arobase exemple point fr"),
        ("if_x", "Costa $5 & -3.", "Costa cinque dollari e meno tre."),
        ("pf_x", "Custa R$10 em 2024.", "Custa dez reais em dois mil e vinte e quatro."),
        ("ef_dora", "1.2.3.4 y 007", "1.2.3.4 y cero cero siete"),
        ("hf_x", "मुझे 100 चाहिए।", "मुझे 100 चाहिए।"),
    ],
)
def test_other_languages_say_numbers_in_words(voice: str, script: str, spoken: str) -> None:
    assert said(script, voice) == spoken


def test_each_written_word_knows_its_own_stretch_of_what_is_said() -> None:
    sentence = read("Pay $5M by 3:30pm, 😀 ok?").sentences[0]
    assert pairs(sentence) == [
        ("Pay", "Pay"),
        ("$5M", "$5 million"),
        ("by", "by"),
        ("3:30pm,", "3 30 pm,"),
        ("😀", None),
        ("ok?", "ok?"),
    ]
