/* The part of a recording that is kept: moved by mouse, finger and keys over the plot of its waveform. */
Voicereel.part = function ({ element, changed, settled }) {
  const find = (selector) => element.querySelector(selector);
  let part = null;

  function read() {
    const box = find(".plot-box");
    part = box && find("[data-part]") ? {
      box, start: +box.dataset.start, end: +box.dataset.end, first: [+box.dataset.start, +box.dataset.end],
      duration: +box.dataset.duration, floor: +box.dataset.first, ceiling: +box.dataset.last,
      most: +box.dataset.most, least: Math.min(1, +box.dataset.duration),
    } : null;
  }

  function move(start, end) {
    const { duration, floor, ceiling, box } = part;
    part.start = Math.max(floor, Math.min(start, ceiling));
    part.end = Math.max(floor, Math.min(end, ceiling));
    const kept = find("[data-part]");
    kept.style.left = `${(100 * (part.start - floor)) / (ceiling - floor)}%`;
    kept.style.width = `${(100 * (part.end - part.start)) / (ceiling - floor)}%`;
    for (const [side, moment] of [["start", part.start], ["end", part.end]]) {
      find(`[data-handle=${side}]`).setAttribute("aria-valuenow", moment.toFixed(2));
    }
    find("[data-part-said]").textContent = `${(part.end - part.start).toFixed(1)} s of ${Voicereel.clock(duration)}`;
    find("[data-part-back]").hidden = !moved();
    box.classList.toggle("moved", moved());
    changed();
  }

  const moved = () => !!part && (Math.abs(part.start - part.first[0]) > 0.02 || Math.abs(part.end - part.first[1]) > 0.02);

  /** Move one side; the other follows where the part would get too long or too short. */
  function pull(side, moment) {
    const { most, least, floor, ceiling } = part;
    if (side === "start") {
      const start = Math.max(floor, Math.min(moment, ceiling - least));
      move(start, Math.min(Math.max(part.end, start + least), start + most));
    } else {
      const end = Math.max(floor + least, Math.min(moment, ceiling));
      move(Math.max(Math.min(part.start, end - least), end - most), end);
    }
  }

  function slide(start) {
    const length = part.end - part.start;
    const from = Math.max(part.floor, Math.min(start, part.ceiling - length));
    move(from, from + length);
  }

  element.addEventListener("pointerdown", (event) => {
    const plot = event.target.closest("[data-plot]");
    if (!plot || !part) return;
    event.preventDefault();
    const moment = (at) => {
      const box = plot.getBoundingClientRect();
      return part.floor + Math.min(1, Math.max(0, (at.clientX - box.left) / box.width)) * (part.ceiling - part.floor);
    };
    const handle = event.target.closest("[data-handle]"), held = event.target.closest("[data-part]");
    const from = moment(event), at = part.start;
    if (!held) slide(from - (part.end - part.start) / 2);
    if (handle) handle.focus();
    const offset = held ? from - at : (part.end - part.start) / 2;
    const drag = (now) => (handle ? pull(handle.dataset.handle, moment(now)) : slide(moment(now) - offset));
    addEventListener("pointermove", drag);
    addEventListener("pointerup", () => { removeEventListener("pointermove", drag); settled(); }, { once: true });
  });
  element.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -0.1, ArrowRight: 0.1, PageDown: -1, PageUp: 1 }[event.key];
    const side = event.target.dataset && event.target.dataset.handle;
    if (!step || !side || !part) return;
    event.preventDefault();
    pull(side, (side === "start" ? part.start : part.end) + step);
    settled();
  });
  element.addEventListener("click", (event) => {
    const hear = event.target.closest("[data-hear-part]");
    if (!part) return;
    if (event.target.closest("[data-part-back]")) { move(...part.first); settled(); }
    else if (hear && hear.classList.contains("playing")) Voicereel.player.hush();
    else if (hear) Voicereel.player.aside(`${part.box.dataset.source}#t=${part.start.toFixed(2)},${part.end.toFixed(2)}`, hear);
  });

  return {
    read,
    /** Put it where it was before a reload. */
    put: (start, end) => { if (part && end > start) move(start, end); },
    there: () => !!part,
    moved,
    now: () => ({ start: +part.start.toFixed(3), end: Math.min(+part.end.toFixed(3), +part.start.toFixed(3) + part.most) }),
    file: () => part.box.dataset.file,
  };
};
