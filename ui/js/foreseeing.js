/* What a button takes, in the line beside it: asked anew when what it would do has changed, and only while it is seen. */
Voicereel.foreseeing = function ({ element, server, asked }) {
  const SETTLED = 300;
  let later = 0, turn = 0, before = "", said = "";

  async function ask() {
    const place = element.querySelector("[data-foreseen]"), given = asked();
    if (!place || !given || element.offsetParent === null) return;
    const key = JSON.stringify(given), mine = (turn += 1);
    if (key !== before) {
      const answer = await Promise.resolve(server.foresee(given)).catch(() => ({}));
      if (mine !== turn) return;
      before = key;
      said = [answer.said, ...(answer.known || [])].filter(Boolean).join(". ");
    }
    const here = element.querySelector("[data-foreseen]");  // the card may have been drawn anew meanwhile
    if (here) here.textContent = said;
  }

  const soon = () => { clearTimeout(later); later = setTimeout(ask, SETTLED); };
  new IntersectionObserver((seen) => { if (seen[0].isIntersecting) soon(); }).observe(element);
  return soon;
};
