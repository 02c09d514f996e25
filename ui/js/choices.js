/* Groups of cards of which one (or several) is chosen. The component's value is the name, or a list of names. */
Voicereel.choice = function ({ element, props, trigger, watch, server }) {
  const cards = () => [...element.querySelectorAll("[data-choice]")];
  const shown = () => cards().filter((card) => card.offsetParent !== null);
  const isChosen = (name) => (props.many ? (props.value || []).includes(name) : props.value === name);

  function mark() {
    let any = false;
    for (const card of cards()) {
      const chosen = isChosen(card.dataset.choice);
      card.setAttribute("aria-checked", chosen ? "true" : "false");
      card.parentElement.classList.toggle("chosen", chosen);
      card.tabIndex = props.many || chosen ? 0 : -1;
      any = any || chosen;
    }
    const first = cards()[0];
    if (!any && first) first.tabIndex = 0;
    document.dispatchEvent(new CustomEvent("voicereel:chosen", { detail: { id: groupName(), value: props.value } }));
  }

  function groupName() {
    const block = element.closest("[id]:not([id^=html-])");
    return block ? block.id : "";
  }

  function pick(name) {
    if (props.many) {
      const before = props.value || [];
      const after = before.includes(name) ? before.filter((each) => each !== name) : [...before, name];
      if (!after.length) { Voicereel.say("At least one stays chosen."); return; }
      props.value = cards().map((card) => card.dataset.choice).filter((each) => after.includes(each));
    } else {
      if (props.value === name) return;
      props.value = name;
    }
    mark();
    // What was edited just before counts: a style that is cut anew under way would have the edit refused as outdated.
    (Voicereel.edited ? Voicereel.edited() : Promise.resolve()).then(() => trigger("pick", { value: props.value }));
  }

  element.addEventListener("click", (event) => {
    const card = event.target.closest("[data-choice]");
    const remove = event.target.closest("[data-remove]");
    const preview = event.target.closest("[data-preview]");
    if (remove) trigger("remove", { value: remove.parentElement.querySelector("[data-choice]").dataset.choice });
    else if (preview) Voicereel.hearVoice(preview, server);
    else if (card && !card.parentElement.classList.contains("unavailable")) pick(card.dataset.choice);
    else if (card) Voicereel.say(card.parentElement.title || "This voice cannot speak here.");
  });

  element.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches("[data-choice]")) return;
    event.preventDefault();
    const all = shown();
    const next = all[(all.indexOf(event.target) + step + all.length) % all.length];
    next.focus();
    if (!props.many) next.click();
  });

  element.addEventListener("input", (event) => { if (event.target.matches("[data-filter]")) filter(); });

  function filter() {
    const asked = Object.fromEntries([...element.querySelectorAll("[data-filter]")].map((box) => [box.dataset.filter, box.value]));
    const words = (asked.search || "").toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const box of element.querySelectorAll(".card-box")) {
      const fits = words.every((word) => (box.dataset.search || "").includes(word))
        && (!asked.language || box.dataset.language === asked.language)
        && (!asked.gender || box.dataset.gender === asked.gender);
      box.classList.toggle("filtered", !fits);
      found += fits;
    }
    const nothing = element.querySelector(".nothing-found");
    if (nothing) nothing.hidden = found > 0;
  }

  element.addEventListener("voicereel:unfold", () => trigger("all", {}), { once: true });
  Voicereel.drawStyles(element, server);
  watch(["value", "cards"], () => { mark(); filter(); Voicereel.drawStyles(element, server); });
  mark();
};

/** Lay the renderer's own pictures over the cards' drawings, one after the other, when the page is at rest. */
Voicereel.drawStyles = async function (element, server) {
  if (!server || !server.picture_style) return;
  const known = (Voicereel.stylePictures ||= new Map());
  const rest = window.requestIdleCallback || ((run) => setTimeout(run, 300));
  await new Promise((ready) => rest(ready));
  for (const place of element.querySelectorAll("[data-style-picture]")) {
    const name = place.dataset.stylePicture;
    if (!known.has(name)) known.set(name, Promise.resolve(server.picture_style(name)).catch(() => ({})));
    const { url } = await known.get(name);
    if (!url || place.querySelector("img")) continue;
    const picture = new Image();
    picture.alt = "";
    picture.onload = () => place.append(picture);
    picture.src = url;
  }
};

/** Play a voice's preview; the button shows that it is being made, then that it plays. */
Voicereel.hearVoice = async function (button, server) {
  if (button.classList.contains("playing")) { Voicereel.player.hush(); return; }
  const name = button.dataset.preview;
  button.classList.add("waiting");
  try {
    const { url, error } = await server.hear_voice(name);
    if (error) Voicereel.say(`${error.message} ${error.hint}`);
    else Voicereel.player.aside(url, button);
  } catch {
    Voicereel.say("The studio did not answer. Is it still running?");
  } finally {
    button.classList.remove("waiting");
  }
};
