/* The captions as a table and as words: drawn from what the studio says, the changed rows only; following the sound. */
Voicereel.cueList = function (box) {
  const make = Voicereel.make;
  let cues = [], words = false, current = null, currentWord = null, paragraphs = [];

  const at = (index) => box.querySelector(`[data-cue="${index}"]`);
  const doubtful = (word) => word[3] < 0.6;

  function wordOf(word, place, tag = "span") {
    const piece = make(tag, { class: (doubtful(word) ? "doubtful" : "") + (word[4] ? " marked" : ""), "data-w": place }, word[0]);
    if (doubtful(word)) piece.title = "This time is a guess";
    return piece;
  }

  /** A cue's text: its words, each on its own where they are known; as it is written elsewhere. */
  function fill(text, cue) {
    const pieces = [];
    let rest = cue.text;
    for (const [place, word] of cue.words.entries()) {
      const gap = rest.length - rest.trimStart().length;
      if (!rest.startsWith(word[0], gap)) { text.textContent = cue.text; return; }
      pieces.push(rest.slice(0, gap).replace(/\s+/g, " "), wordOf(word, place));
      rest = rest.slice(gap + word[0].length);
    }
    if (rest.trim()) text.textContent = cue.text;
    else text.replaceChildren(...pieces.filter(Boolean));
  }

  function row(cue, index) {
    const number = make("button", { type: "button", class: "cue-number", "data-hear-cue": "" });
    const edge = (name) => make("input", { class: "when", "data-edge": name, inputmode: "decimal", autocomplete: "off", spellcheck: "false" });
    const text = make("div", { class: "cue-text", contenteditable: "plaintext-only", role: "textbox", spellcheck: "true", "data-cue-text": "" });
    const more = make("button", { type: "button", class: "icon-button cue-more", "data-cue-more": "", "aria-haspopup": "menu" }, "⋯");
    const made = make("div", { class: "cue", role: "listitem" }, number, edge("start"), edge("end"), text, more);
    return dress(made, cue, index);
  }

  /** What a row says; what somebody is writing in stays as it is. */
  function dress(made, cue, index) {
    const [number, start, end, text, more] = made.children, name = `caption ${index + 1}`;
    made.dataset.cue = index;
    number.textContent = index + 1;
    number.setAttribute("aria-label", `Hear ${name}`);
    for (const [input, edge] of [[start, "start"], [end, "end"]]) {
      input.setAttribute("aria-label", `${edge === "start" ? "Start" : "End"} of ${name}`);
      input.value = input.dataset.before = Voicereel.stamp(cue[edge]);
    }
    text.setAttribute("aria-label", `Caption ${index + 1}`);
    more.setAttribute("aria-label", `More for ${name}`);
    const key = JSON.stringify([cue.text, cue.words.map((word) => [word[0], doubtful(word), word[4]])]);
    if (text.dataset.key !== key) {
      const place = document.activeElement === text ? Voicereel.caret(text) : null;
      fill(text, cue);
      text.dataset.key = key;
      delete text.dataset.sent;
      if (place !== null) Voicereel.caret(text, place);
    }
    return made;
  }

  /** Sentences of some cues each: the browser leaves out those that are not on screen. */
  function flow() {
    paragraphs = [];
    let group = [];
    cues.forEach((cue, index) => {
      group.push(index);
      if (/[.!?…。！？]["'”’»)]*$/.test(cue.text) && group.length > 3 || group.length >= 14) { paragraphs.push(group); group = []; }
    });
    if (group.length) paragraphs.push(group);
    return paragraphs.map((indexes) => make("p", { class: "flow", role: "listitem" }, ...indexes.flatMap((index) => [chips(index), " "])));
  }

  function chips(index) {
    const said = cues[index].words.length ? cues[index].words : [[cues[index].text, cues[index].start, cues[index].end, 1]];
    const buttons = said.map((word, place) => {
      const chip = wordOf(word, place, "button");
      chip.type = "button";
      chip.classList.add("flow-word");
      chip.tabIndex = index + place ? -1 : 0;
      return chip;
    });
    return make("span", { class: "flow-cue", "data-cue": index }, ...buttons);
  }

  function drawAll() {
    current = currentWord = null;
    for (const each of box.querySelectorAll("[data-cue]:focus-within")) each.dataset.gone = "yes";
    box.replaceChildren(...(words ? flow() : cues.map(row)));
  }

  /** Put what has changed in its place: `gone` cues from `first` on are now `come`. */
  function change(first, gone, come) {
    const old = cues.slice(first, first + gone).map((_, place) => at(first + place));
    cues.splice(first, gone, ...come);
    if (words) {
      if (gone !== come.length) { drawAll(); return; }
      come.forEach((_, place) => at(first + place).replaceWith(chips(first + place)));
      return;
    }
    current = currentWord = null;
    come.forEach((cue, place) => {
      if (place < old.length) dress(old[place], cue, first + place);
      else box.insertBefore(row(cue, first + place), box.children[first + place] || null);
    });
    old.slice(come.length).forEach(leave);
    if (gone !== come.length) for (let index = first + come.length; index < cues.length; index += 1) dress(box.children[index], cues[index], index);
  }

  /** A row that goes: what the browser says of its losing the focus is nobody's edit. */
  function leave(gone) {
    gone.dataset.gone = "yes";
    gone.remove();
  }

  /** Index of the cue that stands at this moment, or of the last one that began. */
  function begun(list, time, start) {
    let low = 0, high = list.length - 1, found = -1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (start(list[middle]) <= time + 0.001) { found = middle; low = middle + 1; } else high = middle - 1;
    }
    return found;
  }

  const mark = (before, now) => {
    if (before === now) return;
    if (before) { before.classList.remove("now"); before.removeAttribute("aria-current"); }
    if (now) { now.classList.add("now"); now.setAttribute("aria-current", "true"); }
  };

  /** Show what is said now. Only the list itself scrolls, and never under somebody who writes in it. */
  function follow(time, playing) {
    const index = begun(cues, time, (cue) => cue.start);
    const inside = index >= 0 && time <= cues[index].end + 0.02;
    const there = inside ? at(index) : null;
    const place = inside ? begun(cues[index].words, time, (word) => word[1]) : -1;
    const word = place >= 0 && time <= cues[index].words[place][2] + 0.08 ? there.querySelector(`[data-w="${place}"]`) : null;
    mark(current, there);
    mark(currentWord, word);
    const moved = there && there !== current;
    current = there;
    currentWord = word;
    if (moved && playing && !box.contains(document.activeElement)) show(there);
  }

  function show(piece) {
    const inner = piece.getBoundingClientRect(), outer = box.getBoundingClientRect();
    const away = inner.top + inner.height / 2 - outer.top - outer.height / 2;
    if (inner.top < outer.top + 30 || inner.bottom > outer.bottom - 30) box.scrollTop += away;
  }

  return {
    put: (given) => { cues = given; drawAll(); },
    as: (asWords) => { words = asWords; box.classList.toggle("as-words", words); drawAll(); },
    asWords: () => words,
    change, follow, show, at,
    cues: () => cues,
  };
};

/** An element of ours; strings in it are text, never markup. */
Voicereel.make = function (tag, attributes, ...inner) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inner);
  return made;
};

/** `0:03.31`, to a hundredth of a second. */
Voicereel.stamp = function (seconds) {
  const hundredths = Math.max(0, Math.round(seconds * 100)), two = (number) => String(number).padStart(2, "0");
  const minutes = Math.floor(hundredths / 6000), hours = Math.floor(minutes / 60);
  const rest = `${two(Math.floor(hundredths / 100) % 60)}.${two(hundredths % 100)}`;
  return hours ? `${hours}:${two(minutes % 60)}:${rest}` : `${minutes}:${rest}`;
};

/** Seconds of `3.3`, `0:03.31` or `1:02:03`; null for what is no time. */
Voicereel.seconds = function (written) {
  const parts = written.trim().replace(",", ".").split(":");
  if (parts.length > 3 || !parts.every((part) => /^\d+(\.\d+)?$/.test(part))) return null;
  return parts.reduce((sum, part) => sum * 60 + parseFloat(part), 0);
};

/** Where the cursor is in a text, in characters; or put it there. */
Voicereel.caret = function (text, place) {
  const chosen = getSelection();
  if (place === undefined) {
    if (!chosen.rangeCount || !text.contains(chosen.focusNode)) return null;
    const range = document.createRange();
    range.setStart(text, 0);
    range.setEnd(chosen.focusNode, chosen.focusOffset);
    return range.toString().length;
  }
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  let left = place, node = walker.nextNode(), last = null;
  while (node && left > node.length) { left -= node.length; last = node; node = walker.nextNode(); }
  const where = node || last;
  if (where) chosen.collapse(where, node ? left : where.length);
  else chosen.collapse(text, 0);
  return place;
};
