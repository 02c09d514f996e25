"""From a script to sentences that can be spoken. Pure: no files, no processes, no models.

What the markup means, and what happens to everything else:

* ``[pause 0.8s]`` is exactly that silence (also ``800ms``; 60 s at most, 10 minutes in all); it replaces the pause
  that punctuation would give, and several add up.
* ``[voice af_bella]`` and ``[speed 1.2]`` (0.5 to 2) hold until the next one.
* ``[Okonkwo](/oʊkˈɒŋkwoʊ/)`` is shown as written and said as the IPA between the slashes, one group for each word.
* A tag that begins like these but cannot be followed (``[pause abc]``, ``[speed 0]``, ``[pause 1s`` without its
  bracket) is refused with the code ``script_markup``. Any other ``[word]`` is text: shown with its brackets, said
  without. ``\\[`` is a plain bracket.
* Markdown's marks are dropped and their text stays: headings, emphasis, strikethrough, code, quotes, bullets, table
  borders; of links and images the text stays, the address goes. Rules, fences and reference lines go.
* HTML-ish tags and comments are dropped (``<br>`` and its like end a line), entities become their characters.
* A URL is shown up to 40 characters, a longer one as its host; what is said is its host and path. E-mail addresses,
  hashtags, numbers and signs are shown as written and said in words.
* Emoji and lone punctuation are shown, not said; they belong to the sentence beside them.
* A blank line ends a paragraph. A line break ends a sentence, unless the next line goes on in lower case or the line
  is so long that an editor must have wrapped it.
* Characters nobody can see or say (controls, NUL, lone surrogates, bidi controls, byte order marks) are dropped, at
  most three combining marks stay on a character, and the text is in Unicode form NFC.

Nothing else is changed: joined without their spaces, the words of all sentences are the written text without its
spaces.
"""

from backend.script.parsing import CLAUSE_PAUSE, PARAGRAPH_PAUSE, SENTENCE_PAUSE, parse_script
from backend.script.values import Script, ScriptWord, SpokenSentence

__all__ = [
    "CLAUSE_PAUSE",
    "PARAGRAPH_PAUSE",
    "SENTENCE_PAUSE",
    "Script",
    "ScriptWord",
    "SpokenSentence",
    "parse_script",
]
