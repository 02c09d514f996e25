/* The caption editor: every change goes to the studio, which answers with what has changed. */
Voicereel.cues = function ({ element, trigger, server, watch }) {
  const find = (selector) => element.querySelector(selector);
  let list = null, state = null, queue = Promise.resolve(), settling = 0, tools = null;
  const chosen = { index: 0, word: 0 };  // the word that was touched last: what keys and buttons nudge

  /** When all edits that were made have been answered. */
  Voicereel.edited = () => queue;

  // ------------------------------------------------------------ what is there

  function read() {
    const head = find("[data-editor]");
    if (!head) { list = state = null; return; }
    const given = head.dataset, version = +given.version;
    const same = state && state.captions === given.captions;
    if (same && version < state.version) {
      given.cues = "";  // the page was behind: what was edited meanwhile stays
    } else {
      const before = state;
      state = { captions: given.captions, version, media: given.media, style: given.style, cues: JSON.parse(given.cues || "[]").map(cue) };
      remember(before, same, given.before);
    }
    list = Voicereel.cueList(find("[data-rows]"));
    list.as(Voicereel.own.get("cues-as") === "words");
    list.put(state.cues);
    if (tools) tools.read(); else tools = Voicereel.cueTools({ element, state: () => state, list: () => list, send, realign, chosen });
    tools.read();
    showState();
    follow();
  }

  const cue = ([start, end, text, words, speaker]) => ({ start, end, text, words, speaker });

  // ------------------------------------------------------------ undo and redo: earlier versions are all kept

  function remember(before, same, replaced) {
    const name = `${state.captions}:${state.version}`;
    const kept = JSON.parse(Voicereel.own.get("cues-history") || "null");
    if (before && (same || replaced === `${before.captions}:${before.version}`)) {
      if (same && state.version === before.version) { state.past = before.past; state.at = before.at; return; }
      state.past = before.past; state.at = before.at;
      push(name);
    } else if (kept && kept.now === name) {
      state.past = kept.past; state.at = kept.at;
    } else {
      state.past = Array.from({ length: state.version }, (_, place) => `${state.captions}:${place + 1}`);
      state.at = state.past.length - 1;
    }
  }

  function push(name) {
    state.past = [...state.past.slice(0, state.at + 1), name].slice(-500);
    state.at = state.past.length - 1;
    keep();
  }

  function keep() {
    const now = `${state.captions}:${state.version}`;
    Voicereel.own.set("cues-history", JSON.stringify({ now, past: state.past, at: state.at }));
  }

  function go(step) {
    queue = queue.then(async () => {
      const to = state.at + step;
      if (!state.past[to]) return;
      const [source, version] = state.past[to].split(":");
      const answer = await ask(() => server.restore_cues({ captions: state.captions, source, version: +version }));
      if (!answer) return;
      state.at = to;
      take(answer, false);
      Voicereel.say(step < 0 ? "Undone." : "Done again.");
    });
  }

  // ------------------------------------------------------------ changing

  async function ask(call) {
    const gone = { error: { message: "The studio did not answer.", hint: "Is it still running?" } };
    const answer = await Promise.resolve(call()).catch(() => gone);
    if (!answer.error) return answer;
    Voicereel.say(`${answer.error.message} ${answer.error.hint}`);
    return null;
  }

  /** One edit after the other. `after` is called with the answer, once it is drawn. */
  function send(wanted, after) {
    queue = queue.then(async () => {
      if (!state) return;
      const edit = typeof wanted === "function" ? wanted() : wanted;
      element.classList.add("sending");
      const asked = { captions: state.captions, version: state.version, media: state.media, edit };
      const answer = await ask(() => server.edit_cues(asked));
      element.classList.remove("sending");
      if (!answer) { redraw(edit); return; }
      if (answer.stale) Voicereel.say("These captions were changed elsewhere. Here they are as they are now; try again.");
      take(answer, true);
      if (after) after(answer);
    });
    return queue;
  }

  /** A job of some seconds: what was edited before is there when it begins, and its captions come as the page's. */
  function realign(range) {
    queue = queue.then(() => {
      if (!state) return;
      Voicereel.say("Looking for each word in the sound. The captions follow in a moment.");
      trigger("realign", { captions: state.captions, media: state.media, ...range });
    });
  }

  /** What could not be done leaves no trace in the row. */
  function redraw(edit) {
    const index = edit.index ?? edit.first ?? 0;
    const text = list.at(index) && list.at(index).querySelector("[data-cue-text]");
    if (text) text.dataset.key = "";
    if (state.cues[index]) list.change(index, 1, [state.cues[index]]);
  }

  function take(answer, isNew) {
    const come = answer.cues.map(cue);
    state.version = answer.version;
    state.style = answer.style;
    if (answer.stale) { state.cues = come; list.put(come); push(`${state.captions}:${state.version}`); }
    else if (answer.gone || come.length) {
      list.change(answer.first, answer.gone, come);
      state.cues = list.cues();
    }
    if (isNew && !answer.stale && (answer.gone || come.length)) push(`${state.captions}:${state.version}`);
    else keep();
    tools.changed(answer);
    showState();
    tell();
  }

  /** The stage draws the same captions; the page's memory follows as soon as nothing more is under way. */
  function tell() {
    document.dispatchEvent(new CustomEvent("voicereel:cues", { detail: { captions: state.captions, version: state.version, cues: state.cues } }));
    clearTimeout(settling);
    settling = setTimeout(() => trigger("settled", { captions: state.captions }), 250);
    follow();
  }

  function showState() {
    find("[data-undo]").disabled = state.at < 1;
    find("[data-redo]").disabled = state.at >= state.past.length - 1;
    const count = state.cues.reduce((sum, each) => sum + each.words.filter((word) => word[3] < 0.6).length, 0);
    const next = find("[data-next-doubtful]");
    next.hidden = !count;
    next.querySelector("span").textContent = `${count} to check`;
    find("[data-none]").hidden = state.cues.length > 0;
  }

  function follow() {
    if (!list) return;
    const one = Voicereel.player.media();
    list.follow(one ? one.currentTime : -1, Voicereel.player.playing());
  }
  document.addEventListener("voicereel:time", follow);

  // ------------------------------------------------------------ writing in a row

  const plain = (text) => text.textContent.replace(/\s+/g, " ").trim();
  const flat = (index) => state.cues[index].text.replace(/\s+/g, " ");
  const indexOf = (piece) => +piece.closest("[data-cue]").dataset.cue;

  function commit(text) {
    if (text.closest("[data-gone]")) return;
    const index = indexOf(text), now = plain(text);
    if (!state.cues[index] || now === text.dataset.sent || now === flat(index)) return;
    text.dataset.sent = now;
    if (now) send({ do: "rewrite", index, text: now });
    else send({ do: "delete", index });
  }

  function split(index) {
    const text = list.at(index).querySelector("[data-cue-text]");
    const place = text && text.contains(document.activeElement) ? Voicereel.caret(text) : tools.caretBefore();
    text.dataset.sent = plain(text);
    const whole = text.textContent, cut = place === null ? Math.floor(whole.length / 2) : place;
    send({ do: "split", index, before: whole.slice(0, cut), after: whole.slice(cut) }, () => focus(index + 1, 0));
  }

  function merge(index) {
    const length = state.cues[index] ? state.cues[index].text.length : 0;
    send({ do: "merge", index }, () => focus(index, length));
  }

  function focus(index, place) {
    const row = list.at(index), text = row && row.querySelector("[data-cue-text]");
    if (!text) return;
    list.show(row);
    text.focus({ preventScroll: true });
    Voicereel.caret(text, place);
  }

  function insert(after) {
    send({ do: "insert", after }, () => {
      focus(after + 1, 0);
      const text = list.at(after + 1) && list.at(after + 1).querySelector("[data-cue-text]");
      if (text) getSelection().selectAllChildren(text);
    });
  }

  function act(name, index) {
    const acts = {
      hear: () => Voicereel.player.stretch(state.cues[index].start, state.cues[index].end),
      split: () => split(index),
      merge: () => merge(index),
      insert: () => insert(index),
      snap: () => send({ do: "snap", first: index, last: index }, (answer) => tools.snapped(answer)),
      realign: () => realign({ first: index, last: index }),
      spread: () => send({ do: "spread", first: index, last: index }),
      delete: () => send({ do: "delete", index }, () => focus(Math.min(index, state.cues.length - 1), 0)),
    };
    acts[name]();
  }

  function choose(index, word) {
    chosen.index = index;
    chosen.word = Math.max(0, word);
    tools.choose();
  }

  // ------------------------------------------------------------ mouse

  element.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    if (on("[data-undo]")) go(-1);
    else if (on("[data-redo]")) go(1);
    if (!list || !find("[data-rows]").contains(event.target)) return;
    const row = on("[data-cue]");
    if (!row) return;
    const index = indexOf(row), word = on("[data-w]");
    if (on("[data-hear-cue]")) { act("hear", index); return; }
    if (on("[data-cue-more]")) { tools.menu(on("[data-cue-more]"), index, act); return; }
    if (word) {
      choose(index, +word.dataset.w);
      Voicereel.player.seek(state.cues[index].words[chosen.word]?.[1] ?? state.cues[index].start);
    } else if (on("[data-edge]")) Voicereel.player.seek(state.cues[index][on("[data-edge]").dataset.edge]);
  });

  element.addEventListener("focusout", (event) => {
    if (!list) return;
    if (event.target.matches("[data-cue-text]")) commit(event.target);
    else if (event.target.matches("[data-edge]")) commitTime(event.target);
  });

  function commitTime(input) {
    if (input.value === input.dataset.before || input.closest("[data-gone]")) return;
    const index = indexOf(input), seconds = Voicereel.seconds(input.value);
    if (seconds === null) { Voicereel.say("Write a time such as 0:03.25."); input.value = input.dataset.before; return; }
    send({ do: "edges", index, [input.dataset.edge]: seconds }, (answer) => {
      if (!answer.gone) { input.value = input.dataset.before; Voicereel.say("It stops there: a neighbour is in the way."); }
    });
  }

  // ------------------------------------------------------------ keys

  const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: 1, ArrowDown: -1 };

  /** Alt and arrows move the chosen word (or the edge whose time is being edited) by 10 ms, with Shift by 100. */
  function nudge(event) {
    const by = STEPS[event.key] * (event.shiftKey ? 0.1 : 0.01), sideways = event.key.startsWith("ArrowL") || event.key.startsWith("ArrowR");
    const edge = event.target.closest("[data-edge]");
    if (edge) {
      const index = indexOf(edge);
      send({ do: "edges", index, [edge.dataset.edge]: state.cues[index][edge.dataset.edge] + by });
      return;
    }
    const text = event.target.closest("[data-cue-text]");
    if (text) choose(indexOf(text), wordAtCaret(text));
    tools.nudge(sideways ? by : 0, by);
  }

  function wordAtCaret(text) {
    const node = getSelection().focusNode;
    const piece = node && (node.nodeType === 1 ? node : node.parentElement).closest("[data-w]");
    if (piece) return +piece.dataset.w;
    const before = text.textContent.slice(0, Voicereel.caret(text) || 0).trim();
    return Math.max(0, before.split(/\s+/).filter(Boolean).length - 1);
  }

  element.addEventListener("keydown", (event) => {
    if (!list) return;
    const text = event.target.closest("[data-cue-text]"), edge = event.target.closest("[data-edge]");
    const command = event.ctrlKey || event.metaKey, key = event.key.toLowerCase();
    const inRows = find("[data-rows]").contains(event.target) || event.target.closest("[data-word-bar]");
    if (command && (key === "z" || key === "y") && !event.altKey) {
      // What is being written is the browser's to undo; what was sent is ours.
      if (text && plain(text) !== flat(indexOf(text))) return;
      if (event.target.matches("input") && !edge) return;
      event.preventDefault();
      go(key === "y" || event.shiftKey ? 1 : -1);
      return;
    }
    if (event.altKey && !command && STEPS[event.key] && inRows) { event.preventDefault(); nudge(event); return; }
    if (text) writing(event, text, command);
    else if (edge && event.key === "Enter") { event.preventDefault(); edge.blur(); }
    else if (edge && event.key === "Escape") { edge.value = edge.dataset.before; edge.blur(); }
    else if (edge && /Arrow(Up|Down)/.test(event.key)) { event.preventDefault(); walk(edge, event.key === "ArrowDown" ? 1 : -1, `[data-edge=${edge.dataset.edge}]`); }
    else if (event.target.matches(".flow-word")) walkWords(event);
  });

  function writing(event, text, command) {
    const index = indexOf(text), place = Voicereel.caret(text), length = text.textContent.length, none = getSelection().isCollapsed;
    const stop = () => event.preventDefault();
    if (event.key === "Enter") {
      stop();
      if (command && event.shiftKey) { text.blur(); insert(index); }
      else if (command) split(index);
      else if (event.isComposing) return;
      else { commit(text); if (state.cues[index + 1]) focus(index + 1, 0); else text.blur(); }
    } else if (event.key === "Escape") {
      stop();
      text.dataset.key = "";
      list.change(index, 1, [state.cues[index]]);
      text.blur();
    } else if (event.key === "Backspace" && none && place === 0 && index) { stop(); commit(text); merge(index - 1); }
    else if (event.key === "Delete" && none && place === length && state.cues[index + 1]) { stop(); commit(text); merge(index); }
    else if (event.key === "ArrowUp" && !event.shiftKey && index) { stop(); focus(index - 1, place); }
    else if (event.key === "ArrowDown" && !event.shiftKey && state.cues[index + 1]) { stop(); focus(index + 1, place); }
    else if (command && event.key === " ") { stop(); Voicereel.player.toggle(); }
  }

  function walk(from, step, selector) {
    const row = list.at(indexOf(from) + step), next = row && row.querySelector(selector);
    if (next) { list.show(row); next.focus({ preventScroll: true }); next.select?.(); }
  }

  function walkWords(event) {
    const all = [...element.querySelectorAll(".flow-word")], here = all.indexOf(event.target);
    const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === "Enter" || event.key === "F2") { event.preventDefault(); tools.write(); return; }
    if (to === undefined || !all[to]) return;
    event.preventDefault();
    focusWord(all[to]);
  }

  function focusWord(chip) {
    list.show(chip);
    chip.focus({ preventScroll: true });
    choose(indexOf(chip), +chip.dataset.w);
    if (!Voicereel.player.playing()) Voicereel.player.seek(state.cues[chosen.index].words[chosen.word]?.[1] ?? 0);
  }

  watch("value", read);
  read();
};
