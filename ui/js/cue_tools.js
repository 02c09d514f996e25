/* Beside the captions: the switch, the word that is chosen, find and replace, whole ranges, the menu of a row. */
Voicereel.cueTools = function ({ element, state, list, send, realign, chosen }) {
  const find = (selector) => element.querySelector(selector);
  const make = Voicereel.make;
  let caret = null, found = { at: -1, places: [] }, waiting = null;

  function read() {
    const asWords = Voicereel.own.get("cues-as") === "words";
    for (const button of element.querySelectorAll("[data-as]")) button.setAttribute("aria-checked", (button.dataset.as === "words") === asWords);
    find("[data-last]").value = find("[data-last]").dataset.count = state().cues.length || 1;
    chosen.index = Math.min(chosen.index, Math.max(0, state().cues.length - 1));
    choose();
  }

  // ------------------------------------------------------------ the chosen word

  const word = () => state().cues[chosen.index] && state().cues[chosen.index].words[chosen.word];

  function choose() {
    const bar = find("[data-word-bar]"), one = word();
    bar.hidden = !one;
    for (const piece of element.querySelectorAll(".chosen[data-w]")) piece.classList.remove("chosen");
    if (!one) return;
    const piece = list().at(chosen.index) && list().at(chosen.index).querySelector(`[data-w="${chosen.word}"]`);
    if (piece) piece.classList.add("chosen");
    const writing = find("[data-word-text]");
    if (document.activeElement !== writing) writing.value = one[0];
    find("[data-word-times]").textContent = `${one[1].toFixed(3)} – ${one[2].toFixed(3)} s`;
    find("[data-word-bar]").classList.toggle("doubtful", one[3] < 0.6);
    find("[data-mark-word]").setAttribute("aria-pressed", !!one[4]);
  }

  /** Move the chosen word; what is asked while the studio answers goes along with the next request. */
  function nudge(start, end) {
    if (!word()) return;
    if (waiting && waiting.index === chosen.index && waiting.word === chosen.word) { waiting.start += start; waiting.end += end; return; }
    waiting = { do: "nudge", index: chosen.index, word: chosen.word, start, end };
    const mine = waiting;
    send(() => { if (waiting === mine) waiting = null; return mine; });
  }

  /** The chosen word as it is written in the bar. */
  function rewrite() {
    const text = find("[data-word-text]").value.replace(/\s+/g, " ").trim(), one = word();
    if (!one || text === one[0]) return;
    const { index, word: place } = chosen, words = state().cues[index].words.map((each) => each[0]);
    words[place] = text;
    send({ do: "rewrite", index, text: words.filter(Boolean).join(" ") });
  }

  const snapped = (answer) => Voicereel.say(answer.count ? `${answer.count} ${answer.count === 1 ? "edge" : "edges"} put to the sound.` : "No sound begins or ends nearby.");

  /** The next word whose time is a guess, after the chosen one. */
  function nextDoubtful() {
    const places = state().cues.flatMap((cue, index) => cue.words.flatMap((each, place) => (each[3] < 0.6 ? [[index, place]] : [])));
    const next = places.find(([index, place]) => index > chosen.index || (index === chosen.index && place > chosen.word)) || places[0];
    if (!next) return;
    [chosen.index, chosen.word] = next;
    const row = list().at(chosen.index);
    if (row) list().show(row);
    choose();
    Voicereel.player.seek(word()[1]);
  }

  // ------------------------------------------------------------ find and replace

  const bare = (text) => text.replace(/\s+/g, " ").trim();

  function pattern() {
    const wanted = bare(find("[data-find]").value);
    if (!wanted) return null;
    let text = wanted.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/ /g, "\\s+");
    if (find("[data-whole]").checked) text = `(?<![\\p{L}\\p{N}_])${text}(?![\\p{L}\\p{N}_])`;
    return new RegExp(text, find("[data-case]").checked ? "gu" : "giu");
  }

  function look() {
    const wanted = pattern();
    found.places = wanted ? state().cues.flatMap((cue, index) => Array.from(bare(cue.text).matchAll(wanted), () => index)) : [];
    const count = found.places.length;
    find("[data-found]").textContent = wanted ? `${count} found` : "";
    find("[data-replace-all]").disabled = find("[data-find-next]").disabled = !count;
  }

  function nextFound() {
    if (!found.places.length) return;
    found.at = (found.at + 1) % found.places.length;
    const index = found.places[found.at], row = list().at(index);
    element.querySelectorAll(".cue.found").forEach((each) => each.classList.remove("found"));
    if (row) { row.classList.add("found"); list().show(row); }
    find("[data-found]").textContent = `${found.at + 1} of ${found.places.length}`;
    Voicereel.player.seek(state().cues[index].start);
  }

  function replaceAll() {
    const edit = {
      do: "replace", find: find("[data-find]").value, by: find("[data-by]").value,
      match_case: find("[data-case]").checked, whole_words: find("[data-whole]").checked,
    };
    send(edit, (answer) => Voicereel.say(`${answer.count} ${answer.count === 1 ? "place" : "places"} replaced.`));
  }

  // ------------------------------------------------------------ ranges

  function range() {
    const first = Math.round(+find("[data-first]").value), last = Math.round(+find("[data-last]").value), count = state().cues.length;
    if (first >= 1 && last >= first && last <= count) return { first: first - 1, last: last - 1 };
    Voicereel.say(`Choose captions from 1 to ${count}.`);
    return null;
  }

  function onRange(name) {
    const chosenRange = range();
    if (!chosenRange) return;
    if (name === "move") {
      const by = +find("[data-by-ms]").value;
      if (!Number.isFinite(by) || !by) { Voicereel.say("Say by how many milliseconds; with a minus for earlier."); return; }
      send({ do: "move", ...chosenRange, seconds: by / 1000 }, () => Voicereel.say(`Moved by ${by} ms.`));
    } else if (name === "snap") send({ do: "snap", ...chosenRange }, snapped);
    else if (name === "realign") realign(chosenRange);
    else send({ do: "spread", ...chosenRange }, () => Voicereel.say("The words share the time that sounds. Nudge what is off."));
  }

  // ------------------------------------------------------------ the menu of a row

  const MENU = [["hear", "Hear it"], ["split", "Split at the cursor"], ["merge", "Merge with the next"], ["insert", "Insert one after"], ["snap", "Snap to the sound"], ["realign", "Re-align to the sound"], ["spread", "Share its time anew"], ["delete", "Delete"]];

  function menu(button, index, act) {
    const open = find(".cue-menu");
    if (open) open.remove();
    if (open && open.dataset.index === `${index}`) return;
    const items = MENU.map(([name, label]) => make("button", { type: "button", role: "menuitem", "data-act": name }, label));
    const made = make("div", { class: "cue-menu menu-list", role: "menu", "data-index": index }, ...items);
    find(".cue-editor").append(made);
    const around = find(".cue-editor").getBoundingClientRect(), from = button.getBoundingClientRect();
    const below = innerHeight - from.bottom > made.offsetHeight + 8 || from.top < made.offsetHeight + 100;
    made.style.top = `${(below ? from.bottom + 2 : from.top - made.offsetHeight - 2) - around.top}px`;
    items[0].focus({ preventScroll: true });
    const rows = find("[data-rows]");
    const close = () => { made.remove(); removeEventListener("pointerdown", outside, true); rows.removeEventListener("scroll", close); };
    rows.addEventListener("scroll", close);
    const outside = (event) => { if (!made.contains(event.target) && event.target !== button) close(); };
    addEventListener("pointerdown", outside, true);
    made.addEventListener("click", (event) => {
      const item = event.target.closest("[data-act]");
      event.stopPropagation();
      if (item) { close(); button.focus({ preventScroll: true }); act(item.dataset.act, index); }
    });
    made.addEventListener("keydown", (event) => {
      const here = items.indexOf(document.activeElement), step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape") { close(); button.focus({ preventScroll: true }); }
      else if (step) { event.preventDefault(); items[(here + step + items.length) % items.length].focus({ preventScroll: true }); }
    });
  }

  // ------------------------------------------------------------ what is pressed

  const PANELS = ["find", "range", "keys"];

  function unfold(name) {
    for (const each of PANELS) {
      const panel = find(`[data-panel=${each}]`), open = each === name && panel.hidden;
      panel.hidden = !open;
      find(`[data-panel-of=${each}]`).setAttribute("aria-expanded", open);
      const first = open && panel.querySelector("input");
      if (first) first.focus({ preventScroll: true });
    }
    if (name === "find") look();
  }

  function asWords(words) {
    Voicereel.own.set("cues-as", words ? "words" : "table");
    list().as(words);
    read();
  }

  element.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    if (!state()) return;
    if (on("[data-as]")) asWords(on("[data-as]").dataset.as === "words");
    else if (on("[data-next-doubtful]")) nextDoubtful();
    else if (on("[data-panel-of]")) unfold(on("[data-panel-of]").dataset.panelOf);
    else if (on("[data-nudge]")) nudge(...on("[data-nudge]").dataset.nudge.split(" ").map(Number));
    else if (on("[data-snap-word]")) send({ do: "snap", first: chosen.index, last: chosen.index, word: chosen.word }, snapped);
    else if (on("[data-mark-word]") && word()) send({ do: "mark", index: chosen.index, word: chosen.word, emphasis: !word()[4] });
    else if (on("[data-hear-word]") && word()) Voicereel.player.stretch(word()[1], word()[2]);
    else if (on("[data-find-next]")) nextFound();
    else if (on("[data-replace-all]")) replaceAll();
    else if (on("[data-on-range]")) onRange(on("[data-on-range]").dataset.onRange);
    else if (on("[data-insert-first]")) send({ do: "insert", after: -1 });
  });
  element.addEventListener("input", (event) => { if (event.target.closest("[data-panel=find]")) { found.at = -1; look(); } });
  element.addEventListener("keydown", (event) => {
    if (!state()) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "f") { event.preventDefault(); if (find("[data-panel=find]").hidden) unfold("find"); else find("[data-find]").focus(); }
    else if (event.key === "Enter" && event.target.matches("[data-find]")) { event.preventDefault(); nextFound(); }
    else if (event.key === "Enter" && event.target.matches("[data-word-text]")) { event.preventDefault(); event.target.blur(); }
    else if (event.key === "Escape" && event.target.matches("[data-word-text]") && word()) { event.target.value = word()[0]; event.target.blur(); }
  });
  element.addEventListener("focusout", (event) => {
    if (event.target.matches("[data-word-text]")) rewrite();
    if (event.target.matches("[data-cue-text]")) caret = Voicereel.caret(event.target);
  });

  /** What follows from an edit besides the rows. */
  function changed(answer) {
    const count = state().cues.length, last = find("[data-last]");
    if (+last.value === +last.dataset.count) last.value = count || 1;
    last.dataset.count = count;
    for (const [name, href] of Object.entries(answer.files)) {
      const link = find(`[data-format="${name}"]`);
      if (link) link.href = href;
    }
    const warnings = find("[data-warnings]");
    warnings.replaceChildren(...answer.warnings.map((warning) => make("li", {}, warning)));
    warnings.hidden = !answer.warnings.length;
    choose();
    if (!find("[data-panel=find]").hidden) look();
  }

  return {
    read, choose, nudge, menu, snapped,
    write: () => { find("[data-word-text]").focus({ preventScroll: true }); find("[data-word-text]").select(); },
    caretBefore: () => caret,
    changed,
  };
};
