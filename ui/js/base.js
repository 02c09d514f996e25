/* The page's own scripts. One global, Voicereel; components hand themselves in when they are mounted. */
window.Voicereel = (() => {
  const kept = new Map();
  const icons = {
    play: '<path d="M7 4.5v15l12.5-7.5z" fill="currentColor" stroke="none"/>',
    pause: '<path d="M7 5h3.6v14H7zM13.4 5H17v14h-3.6z" fill="currentColor" stroke="none"/>',
  };

  /** Set an icon's drawing; the markup is ours, never a person's. */
  function draw(button, name) {
    const icon = button && button.querySelector("svg");
    if (icon && icon.dataset.drawn !== name) {
      icon.innerHTML = icons[name];
      icon.dataset.drawn = name;
    }
  }

  function clock(seconds) {
    const whole = Math.max(0, Math.floor(seconds || 0));
    const minutes = Math.floor(whole / 60) % 60, hours = Math.floor(whole / 3600);
    const two = (number) => String(number).padStart(2, "0");
    return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
  }

  /** A short message at the foot of the page, read aloud by screen readers. */
  function say(message) {
    let line = document.getElementById("voicereel-says");
    if (!line) {
      line = document.createElement("div");
      line.id = "voicereel-says";
      line.setAttribute("role", "status");
      document.body.append(line);
    }
    line.textContent = message;
    line.classList.add("shown");
    clearTimeout(say.timer);
    say.timer = setTimeout(() => line.classList.remove("shown"), 2600);
  }

  /** Settings of this browser that no server needs. */
  const own = {
    get: (name) => { try { return localStorage.getItem(`voicereel-${name}`); } catch { return null; } },
    set: (name, value) => { try { localStorage.setItem(`voicereel-${name}`, value); } catch { /* private mode */ } },
  };

  /** Dark or light on the root as well, so that the page is right before Gradio is there. */
  function followScheme() {
    const asked = new URLSearchParams(location.search).get("__theme");
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const apply = () => document.documentElement.classList.toggle("dark", asked ? asked === "dark" : dark.matches);
    dark.addEventListener("change", apply);
    apply();
  }
  followScheme();

  /** Ways to bring a JSON file to a component: hand it over, or choose one; the component hears of it as `bring`. */
  function bringsFiles({ trigger, upload }) {
    async function bring(file) {
      if (!file) return;
      try {
        const { path } = await upload(file);
        trigger("bring", { path, name: file.name });
      } catch {
        say(`${file.name} could not be sent.`);
      }
    }
    function choose() {
      const input = document.createElement("input");
      input.type = "file";
      input.accept = ".json,application/json";
      input.addEventListener("change", () => bring(input.files[0]));
      input.click();
    }
    return { bring, choose };
  }

  /** A bin asks once more before it deletes: a press on it, or on Keep, opens or shuts the question in this piece. */
  function asksFirst(event, piece) {
    const bin = event.target.closest("[data-delete]"), keep = event.target.closest("[data-delete-no]");
    if (!bin && !keep) return;
    piece.querySelector(".confirm").hidden = !bin;
    piece.querySelector(bin ? "[data-delete-no]" : "[data-delete]").focus();
  }

  return { kept, draw, clock, say, own, asksFirst, bringsFiles };
})();
