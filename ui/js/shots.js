/* When and how each background that was brought is shown. The value: {background choice: {shots: [shot as the studio takes it, with our own _file, _name, _video]}}. */
Voicereel.shots = function ({ element, props, trigger, watch }) {
  const { make, field, pills, choose, range, second } = Voicereel.pieces;
  const AT_END = [["loop", "Begins again"], ["hold", "Last picture stays"]];
  const FITS = { cover: "Fills the frame", contain: "Whole, with bars", blur: "Whole, over its blur" };
  const MOTIONS = { none: "Still", ken_burns: "Ken Burns", pan: "Pan" };
  const PLAIN = { sentences: null, trim_start: 0, trim_end: null, at_end: "loop", fit: null, image_effect: null };
  const list = element.querySelector("[data-shots]"), note = element.querySelector("[data-shots-note]");
  let written = "", shown = "", settling = 0;

  const card = () => document.querySelector("#background .card-box.chosen");
  const chosen = () => (card() ? card().querySelector("[data-choice]").dataset.choice : "");
  const files = () => JSON.parse((card() && card().dataset.files) || "[]");
  const one = () => shots().length === 1;

  /** The shots of the chosen background: as they were set, or plain ones. */
  function shots() {
    const brought = files(), kept = ((props.value || {})[chosen()] || {}).shots || [];
    const ids = (some, name) => some.map((each) => each[name]).sort().join();
    if (kept.length && ids(kept, "_file") === ids(brought, "id")) return kept;
    return brought.map((file) => ({ ...PLAIN, _file: file.id, _name: file.name, _video: file.video }));
  }

  /** What stands here to see: one picture has nothing to be set. */
  const worth = () => { const all = shots(); return all.length > 1 || (all.length === 1 && all[0]._video); };

  function when({ sentences }) {
    if (!sentences) return one() ? "the whole time" : "shares the time";
    const first = sentences[0] + 1, last = sentences[sentences.length - 1] + 1;
    return first === last ? `sentence ${first}` : `sentences ${first} to ${last}`;
  }

  /** What a shot is, as somebody would say it. */
  function said(shot) {
    const parts = [when(shot)];
    if (shot.trim_end !== null) parts.push(`its ${second(shot.trim_start)} to ${second(shot.trim_end)}`);
    else if (shot.trim_start) parts.push(`its ${second(shot.trim_start)} on`);
    if (shot.at_end === "hold") parts.push("then its last picture stays");
    if (shot.fit) parts.push(FITS[shot.fit].toLowerCase());
    if (shot.image_effect) parts.push(MOTIONS[shot.image_effect]);
    return parts.join(", ");
  }

  /** The first words of a sentence, where the studio has spoken them. */
  function spoken(index) {
    const words = document.querySelector(`#job [data-sentence="${index}"] .sentence-text`);
    return words ? words.firstChild.textContent : "";
  }

  function picture({ _file, _video }) {
    const file = files().find((each) => each.id === _file);
    const src = file ? file.url : "";
    return _video ? make("video", { src: `${src}#t=0.3`, muted: true, playsinline: true, preload: "metadata", class: "shot-picture" })
      : make("img", { src, alt: "", class: "shot-picture" });
  }

  function row(shot, place, open) {
    const summary = make("summary", {}, ...(one() ? [] : [make("span", { class: "joined-number", text: place + 1 })]), picture(shot),
      make("b", { text: shot._name }), make("span", { class: "hint grow", text: said(shot), "data-said": true }));
    return make("details", { class: "layer shot", "data-shot": place, open }, summary, make("div", { class: "layer-controls" }, ...controls(shot, place)));
  }

  function controls(shot, place) {
    const drawn = [], sentences = shot.sentences || [];
    if (!one()) {
      const boxes = [["first", sentences.length ? sentences[0] + 1 : null, "–", "First sentence"], ["last", sentences.length ? sentences[sentences.length - 1] + 1 : null, "–", "Last sentence"]];
      const words = make("span", { class: "hint shot-words", "data-words-of": true, text: sentences.length ? spoken(sentences[0]) : "" });
      drawn.push(field("Sentences", make("div", {}, range(boxes, { min: 1, max: 100000, step: 1 }), words)));
    }
    if (shot._video) {
      const boxes = [["trim_start", shot.trim_start || null, "0", "From this second of the clip"], ["trim_end", shot.trim_end, "its end", "To this second of the clip"]];
      drawn.push(field("Part", range(boxes, { min: 0, max: 7200, step: 0.1 }, "s")), field("When over", pills("at_end", AT_END, shot.at_end, "When it is over")));
    }
    if (!one()) {
      const usual = ["", "As chosen above"];
      drawn.push(field("Shape", pills("fit", [usual, ...Object.entries(FITS)], shot.fit || "", "Other shapes")));
      if (!shot._video) drawn.push(field("Motion", pills("image_effect", [usual, ...Object.entries(MOTIONS)], shot.image_effect || "", "Motion")));
      const move = (by, text, disabled) => make("button", { type: "button", class: "button small", "data-by": by, disabled, text });
      drawn.push(make("div", { class: "row layer-foot" }, move(-1, "Earlier", place === 0), move(1, "Later", place === shots().length - 1)));
    }
    return drawn;
  }

  function draw(opened) {
    const open = opened || new Set([...list.querySelectorAll("[data-shot][open]")].map((each) => +each.dataset.shot));
    element.querySelector(".shots").hidden = !worth();
    list.replaceChildren(...(worth() ? shots().map((shot, place) => row(shot, place, open.has(place))) : []));
    written = JSON.stringify(props.value || {});
    shown = JSON.stringify(files());
    warn();
  }

  /** Backgrounds follow each other: so do the sentences they are for. */
  function warn() {
    const named = shots().flatMap((shot) => shot.sentences || []);
    const wrong = named.some((index, place) => place && index <= named[place - 1]);
    note.textContent = wrong ? "Sentences go from the first background to the last: move one of them, or give it later sentences." : "";
  }

  const announce = () => document.dispatchEvent(new CustomEvent("voicereel:chosen", { detail: { id: "shots", value: props.value } }));

  function keep(next) {
    const cards = new Set([...document.querySelectorAll("#background [data-choice]")].map((each) => each.dataset.choice));
    const others = Object.entries(props.value || {}).filter(([choice]) => cards.has(choice));
    props.value = { ...Object.fromEntries(others), [chosen()]: { shots: next } };
    written = JSON.stringify(props.value);
    warn();
    clearTimeout(settling);
    settling = setTimeout(() => { trigger("pick", {}); announce(); }, 250);
  }

  function change(part, changes) {
    const place = +part.closest("[data-shot]").dataset.shot, next = shots().map((shot, number) => (number === place ? { ...shot, ...changes } : shot));
    keep(next);
    part.closest("[data-shot]").querySelector("[data-said]").textContent = said(next[place]);
  }

  function changeSentences(box) {
    const row = box.closest("[data-shot]"), read = (path) => Math.floor(+row.querySelector(`[data-path=${path}]`).value) || 0;
    const first = read("first") || read("last"), last = Math.min(Math.max(first, read("last")), first + 5000);
    change(box, { sentences: first > 0 ? Array.from({ length: last - first + 1 }, (_, step) => first - 1 + step) : null });
    row.querySelector("[data-words-of]").textContent = first > 0 ? spoken(first - 1) : "";
  }

  function move(button) {
    const from = +button.closest("[data-shot]").dataset.shot, to = from + +button.dataset.by, next = [...shots()];
    [next[from], next[to]] = [next[to], next[from]];
    keep(next);
    draw(new Set([to]));
  }

  element.addEventListener("click", (event) => {
    const set = event.target.closest("[data-set]"), by = event.target.closest("[data-by]");
    if (by) move(by);
    else if (set) { choose(set); change(set, { [set.dataset.set]: set.dataset.to || null }); }
  });
  element.addEventListener("input", (event) => {
    const box = event.target.closest("[data-path]");
    if (!box) return;
    const path = box.dataset.path, number = box.value === "" ? null : Math.max(0, +box.value);
    if (path === "first" || path === "last") changeSentences(box);
    else change(box, { [path]: path === "trim_start" ? number || 0 : number });
  });

  document.addEventListener("voicereel:chosen", (event) => { if (event.detail.id === "background" && JSON.stringify(files()) !== shown) draw(new Set()); });
  watch("value", () => { if (JSON.stringify(props.value || {}) !== written) draw(); });
  draw();
};
