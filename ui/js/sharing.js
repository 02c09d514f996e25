/* The share dialog: one for the whole page, opened by any button with data-share. The stage lends it the server. */
Voicereel.sharing = function (server) {
  const make = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  };
  const lasting = [[1, "A day"], [7, "A week"], [30, "A month"], [365, "A year"]];
  const box = make("dialog", "share-box");
  box.setAttribute("aria-labelledby", "share-title");
  let file = "", days = 7;

  async function ask(what) {
    box.classList.add("busy");
    try {
      draw(await server.share({ file, ...what }));
    } catch {
      draw({ error: { message: "The studio does not answer.", hint: "Try again in a moment." } });
    }
    box.classList.remove("busy");
  }

  function draw({ page, error }) {
    const close = make("button", "ghost share-close", "×");
    close.setAttribute("aria-label", "Close");
    close.dataset.do = "close";
    const title = make("h2", "", "Share");
    title.id = "share-title";
    box.replaceChildren(close, title, ...(error ? problem(error) : page.url ? opened(page) : closed()));
  }

  function problem(error) {
    return [make("p", "share-problem", `${error.message} ${error.hint}`)];
  }

  function closed() {
    const hint = make("p", "hint", "A page that plays it, for anyone with the link. They need no key.");
    const pills = make("div", "share-days");
    pills.setAttribute("role", "radiogroup");
    pills.setAttribute("aria-label", "How long");
    for (const [count, name] of lasting) {
      const pill = make("button", "button small", name);
      pill.dataset.days = count;
      pill.setAttribute("role", "radio");
      pill.setAttribute("aria-checked", count === days);
      pills.append(pill);
    }
    const open = make("button", "button strong", "Make the link");
    open.dataset.do = "open";
    return [hint, pills, open];
  }

  function opened(page) {
    const until = new Date(page.ends_at).toLocaleDateString(undefined, { day: "numeric", month: "long", year: "numeric" });
    const link = make("input", "share-link");
    link.readOnly = true;
    link.value = page.url;
    link.setAttribute("aria-label", "Link to the page");
    const row = make("div", "row share-row"), copy = make("button", "button strong", "Copy link");
    copy.dataset.do = "copy";
    const look = make("a", "button", "Open");
    look.href = page.url;
    look.target = "_blank";
    look.rel = "noopener";
    const end = make("button", "button", "Take back");
    end.dataset.do = "end";
    end.dataset.share = page.share_id;
    row.append(copy, look, end);
    return [make("p", "hint", `Anyone with this link can play and keep it until ${until}.`), link, row];
  }

  async function copy() {
    const link = box.querySelector(".share-link");
    link.select();
    try {
      await navigator.clipboard.writeText(link.value);
      Voicereel.say("Link copied.");
    } catch {
      document.execCommand("copy");
    }
  }

  box.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do], [data-days]");
    if (event.target === box) box.close();
    if (!button) return;
    const todo = button.dataset.do;
    if (button.dataset.days) { days = +button.dataset.days; draw({ page: {} }); }
    else if (todo === "close") box.close();
    else if (todo === "copy") copy();
    else if (todo === "open") ask({ do: "open", days });
    else if (todo === "end") ask({ do: "end", share: button.dataset.share });
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-share]:not(dialog *)");
    if (!button) return;
    file = button.dataset.share;
    if (!box.isConnected) document.querySelector(".gradio-container").append(box);
    box.replaceChildren(make("h2", "", "Share"));
    box.showModal();
    ask({ do: "look" });
  });
};
