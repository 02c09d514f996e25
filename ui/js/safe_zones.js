/* What the apps draw over a video, shown over the stage's picture; never burned in. The zones are the studio's data. */
Voicereel.safe = (() => {
  const EVERY = "every";

  function zonesFor(size) {
    const [width, height] = size.split("x").map(Number);
    const shape = height >= width * 1.33 ? "tall" : "wide";
    const zones = Voicereel.zones.filter((zone) => zone.shape === shape);
    if (zones.length < 2) return zones;
    const most = (side) => Math.max(...zones.map((zone) => zone[side]));
    const all = { name: EVERY, title: "All", top: most("top"), right: most("right"), bottom: most("bottom"), left: most("left") };
    return [all, ...zones];
  }

  function draw(element) {
    const stage = element.querySelector(".stage"), place = element.querySelector(".safe");
    const on = Voicereel.own.get("safe") === "on";
    element.querySelector("[data-safe]").setAttribute("aria-pressed", on);
    place.hidden = !on;
    if (!on) return;
    const zones = zonesFor(stage.dataset.size), wanted = Voicereel.own.get("safe-zone") || EVERY;
    const zone = zones.find((each) => each.name === wanted) || zones[0];
    for (const side of ["top", "right", "bottom", "left"]) place.style.setProperty(`--${side}`, `${100 * zone[side]}%`);
    const clear = document.createElement("div");
    clear.className = "safe-clear";
    place.replaceChildren(clear, chips(zones, zone));
  }

  function chips(zones, chosen) {
    const row = document.createElement("div");
    row.className = "safe-chips";
    row.setAttribute("role", "radiogroup");
    row.setAttribute("aria-label", "Whose safe zone");
    for (const zone of zones) {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.textContent = zone.title;
      chip.dataset.safeZone = zone.name;
      chip.setAttribute("role", "radio");
      chip.setAttribute("aria-checked", zone === chosen);
      if (zone.note) chip.title = zone.note;
      row.append(chip);
    }
    return row;
  }

  /** Whether the click was for the safe zones. */
  function clicked(event, element) {
    const button = event.target.closest("[data-safe]"), chip = event.target.closest("[data-safe-zone]");
    if (button) Voicereel.own.set("safe", Voicereel.own.get("safe") === "on" ? "off" : "on");
    if (chip) Voicereel.own.set("safe-zone", chip.dataset.safeZone);
    if (!button && !chip) return false;
    draw(element);
    if (chip) element.querySelector(`[data-safe-zone="${chip.dataset.safeZone}"]`).focus();
    return true;
  }

  return { draw, clicked };
})();
