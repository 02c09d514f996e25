/* Everything that is not one component's: the keyboard, links, banners, the script's length, the job in the address. */
Voicereel.values = {};

document.addEventListener("voicereel:chosen", (event) => { Voicereel.values[event.detail.id] = event.detail.value; });

/** The strip on the stage: its Stop button, and the running job in the page's address. */
Voicereel.strip = function ({ element, trigger, watch }) {
  const remember = () => {
    const job = element.querySelector("[data-job]");
    document.documentElement.classList.toggle("job-runs", !!job);
    if (!job || !job.dataset.job) return;
    const address = new URL(location.href);
    if (address.searchParams.get("job") === job.dataset.job) return;
    address.searchParams.set("job", job.dataset.job);
    history.replaceState(null, "", address);
  };
  element.addEventListener("click", (event) => { if (event.target.closest("[data-stop]")) trigger("stop", {}); });
  watch("value", remember);
  remember();
};

/** The card of the running job, then of the spoken sentences. */
Voicereel.job = function ({ element, trigger, watch }) {
  let seen = 0;
  element.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    const again = on("[data-respeak]"), blind = on("[data-blind]"), ask = on("[data-ask-blind]"), keep = on("[data-keep]");
    const row = on("[data-sentence]");
    if (event.target.closest("[data-stop]")) { event.target.closest("[data-stop]").disabled = true; trigger("stop", {}); }
    else if (again) trigger("respeak", { index: +again.dataset.respeak });
    else if (blind) { Voicereel.player.hush(); trigger("blind", { index: +row.dataset.sentence, engine: blind.dataset.blind }); }
    else if (ask) {
      const rivals = row.querySelector("[data-rivals]");
      rivals.hidden = !rivals.hidden;
      ask.setAttribute("aria-expanded", !rivals.hidden);
    }
    else if (keep) { Voicereel.player.hush(); keep.disabled = true; trigger("keep", { take: keep.dataset.keep }); }
    else if (row && event.target.closest("[data-hear-sentence]")) Voicereel.player.stretch(+row.dataset.from, +row.dataset.to);
  });
  watch("value", () => {
    const card = element.querySelector(".job-card");
    const runs = !!card && ["queued", "running"].includes(card.dataset.jobState);
    const rows = runs ? card.querySelectorAll(".sentence").length : 0;
    // Once, when the sentences of a new job appear.
    if (rows && !seen) card.scrollIntoView({ block: "nearest", behavior: "smooth" });
    seen = rows;
  });
};

/** The shelf: open again, make again, or delete after a second look. A manifest can be dropped on it. */
Voicereel.library = function ({ element, trigger, upload }) {
  const { bring, choose } = Voicereel.bringsFiles({ trigger, upload });
  const card = element.closest(".card") || element;
  card.addEventListener("dragover", (event) => { event.preventDefault(); card.classList.add("dropping"); });
  card.addEventListener("dragleave", () => card.classList.remove("dropping"));
  card.addEventListener("drop", (event) => {
    event.preventDefault();
    card.classList.remove("dropping");
    bring(event.dataTransfer.files[0]);
  });
  element.addEventListener("click", (event) => {
    if (event.target.closest("[data-bring]")) { choose(); return; }
    const piece = event.target.closest(".piece");
    if (!piece) return;
    const what = { kind: piece.dataset.kind, id: piece.dataset.id };
    if (event.target.closest("[data-reopen]")) { trigger("reopen", what); Voicereel.say("Opened on the stage."); }
    else if (event.target.closest("[data-again]")) { trigger("again", what); Voicereel.say("It is being made again."); }
    else if (event.target.closest("[data-delete-yes]")) trigger("remove", what);
    else Voicereel.asksFirst(event, piece);
  });
};

/** The line beside the main button: asked for anew when what it depends on has been left alone for a moment. */
Voicereel.foreseen = function ({ trigger }) {
  let timer = 0, before = "";
  const ask = () => {
    const box = document.querySelector("#script textarea"), key = JSON.stringify([box && box.value, Voicereel.values]);
    if (key === before) return;
    before = key;
    trigger("ask", {});
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(ask, 900); };
  document.addEventListener("input", later);
  document.addEventListener("voicereel:chosen", later);
  later();
};

(() => {
  const typing = (target) => target.closest("input, textarea, select, [contenteditable], [role=slider]:not([data-wave])");

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelectorAll("details.menu[open]").forEach((menu) => menu.removeAttribute("open"));
    if (event.code !== "Space" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target) || event.target.closest("button, a, summary")) return;
    if (Voicereel.player.toggle()) event.preventDefault();
  });

  document.addEventListener("click", async (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target) || event.target.closest(".menu-list a")) menu.removeAttribute("open");
    }
    const target = event.target.closest("[data-copy], [data-dismiss], [data-tab], [data-sample], [data-open], [data-hear]");
    if (!target) return;
    if (target.matches("[data-copy]")) copy(new URL(target.dataset.copy, document.baseURI).href);
    else if (target.matches("[data-dismiss]")) target.closest(".problem").remove();
    else if (target.matches("[data-tab]")) openTab(target.dataset.tab);
    else if (target.matches("[data-sample]")) write(target.dataset.sample);
    else if (target.matches("[data-open]")) unfold(target);
    else if (target.classList.contains("playing")) Voicereel.player.hush();
    else Voicereel.player.aside(target.dataset.hear, target);
  });

  async function copy(address) {
    try {
      await navigator.clipboard.writeText(address);
      Voicereel.say("Link copied. It works for an hour, for anyone who can reach this studio.");
    } catch {
      prompt("Copy this link:", address);
    }
  }

  function openTab(name) {
    const tab = document.querySelector(`#tabs [role=tab][data-tab-id="${CSS.escape(name)}"]`);
    if (tab) { tab.click(); scrollTo({ top: 0, behavior: "smooth" }); }
  }
  Voicereel.openTab = openTab;

  /** Put a text into the script box as if it had been typed. */
  function write(text) {
    const box = document.querySelector("#script textarea");
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  }

  function unfold(button) {
    const group = document.getElementById(button.dataset.open);
    const open = group.classList.toggle("unfolded");
    button.setAttribute("aria-expanded", open);
    if (open) group.querySelector(".choice").dispatchEvent(new CustomEvent("voicereel:unfold", { bubbles: true }));
    button.textContent = open ? button.dataset.less : button.dataset.more;
    if (open) group.querySelector("input[type=search]").focus({ preventScroll: true });
  }

  /** Words and seconds of the script, about: 2.6 words a second, or 12 characters where words have no spaces. */
  function measure() {
    const box = document.querySelector("#script textarea"), meta = document.querySelector("[data-script-meta]");
    if (!box || !meta) return;
    const pauses = [...box.value.matchAll(/\[pause\s+([\d.]+)\s*s?\]/gi)].reduce((sum, found) => sum + (parseFloat(found[1]) || 0), 0);
    const plain = box.value.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/\[(pause|voice|speed)[^\]]*\]/gi, " ");
    const words = plain.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
    const speed = parseFloat((document.querySelector("#speed input[type=number]") || {}).value) || 1;
    const seconds = Math.max(words.length / 2.6, plain.length / 20) / speed + pauses;
    const length = seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;
    const said = words.length ? `${words.length} ${words.length === 1 ? "word" : "words"} · about ${length}` : "";
    if (meta.textContent !== said) meta.textContent = said;
    document.querySelector("[data-sample]").hidden = words.length > 0;
  }
  setInterval(measure, 400);
  document.addEventListener("input", measure);
})();
