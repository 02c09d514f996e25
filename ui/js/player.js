/* What sounds: the stage's own video or audio, and short listens aside (previews, single sentences). One at a time. */
Voicereel.player = (() => {
  let voice = null;      // the element for listens aside
  let button = null;     // the button that started the listen
  let until = null;      // where a single sentence of the stage ends

  const media = () => document.querySelector("#stage video, #stage audio");
  const playing = () => { const one = media(); return !!one && !one.paused && !one.ended; };

  function toggle() {
    const one = media();
    if (!one) return false;
    hush();
    until = null;
    if (one.paused || one.ended) start(one);
    else one.pause();
    return true;
  }

  function start(one) {
    one.play().catch((error) => {
      if (error.name !== "AbortError") Voicereel.say("This could not be played. Its link may have ended: reload the page.");
    });
  }

  function seek(seconds, play) {
    const one = media();
    if (!one) return;
    until = null;
    one.currentTime = Math.max(0, Math.min(seconds, one.duration || seconds));
    if (play && one.paused) { hush(); start(one); }
    document.dispatchEvent(new CustomEvent("voicereel:moved"));
  }

  function stretch(from, to) {
    seek(from, true);
    until = to;
  }

  /** Play something short that is not on the stage. */
  function aside(url, by) {
    hush();
    if (playing()) media().pause();
    voice ||= new Audio();
    voice.src = url;
    button = by;
    by.classList.add("playing");
    Voicereel.draw(by, "pause");
    voice.onended = voice.onerror = hush;
    // Where only a part is played (#t=from,to), the browser pauses at its end and says nothing else.
    voice.onpause = () => { if (voice.paused) hush(); };
    voice.play().catch((error) => {
      hush();
      if (error.name === "NotSupportedError") Voicereel.say("This browser does not play this kind of file, or its link has ended: reload the page.");
    });
  }

  function hush() {
    if (voice) voice.pause();
    if (button) { button.classList.remove("playing"); Voicereel.draw(button, "play"); button = null; }
  }

  function checkEnd(one) {
    if (until !== null && one.currentTime >= until) { one.pause(); until = null; }
  }

  return { media, playing, toggle, seek, stretch, aside, hush, checkEnd };
})();
