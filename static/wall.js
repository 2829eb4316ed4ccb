/* Keeps a wall screen up to date: asks for its page again and again (304 while nothing has changed), shows classes and
   the pages of a long list in turn, and keeps what it has while nobody answers. Without it the page stands still. */
"use strict";

(() => {
  const PATIENCE = 10; // seconds for an answer
  const GONE = [404, 410]; // what such an answer says is shown instead of the class
  const DARK = "(prefers-color-scheme: dark)"; // when the colours of the night hold by day
  const MORNING = "06:00";
  const BEDTIME = "22:00"; // where the page names none
  const EVENING = 60; // minutes before bedtime
  const NOT_MEANT = /^(Tab|Shift|Control|Alt|Meta|Escape|F\d+)$/;

  const set = document.body.dataset; // how long everything takes, in seconds of so many milliseconds; zone; words
  const [said, names, number, pause, progress] = ["said", "names", "number", "pause", "progress"].map((id) =>
    document.getElementById(id),
  );
  const word = pause.textContent;
  const own = location.href;
  const kept = new Map([[own, { main: document.querySelector("main") }]]); // by address: what it shows, and its tag
  let addresses = [own]; // of what takes turns
  let at = 0; // whose turn it is
  let shown = own; // what is on the screen: another one as long as nothing is known of whose turn it is
  let sheet = 0; // the page of a long list
  let sheets = 1;
  let elapsed = 0; // seconds of this turn
  let rest = 0; // seconds that are left of a pause
  let idle = 0; // seconds since the last question
  let spread = Math.random(); // so that a hundred screens do not ask at once
  let failures = 0; // in a row
  let asking = false;
  let ahead = 0; // milliseconds of the server's clock before this device's
  let heard = Date.now(); // the last answer

  const takesTurns = () => addresses.length > 1 || sheets > 1;
  const wait = () => spread * Math.min(set.every * 2 ** failures, set.longest);
  const written = (moment, parts) => new Intl.DateTimeFormat("sv-SE", { ...parts, timeZone: set.zone }).format(moment);
  const time = (moment) => written(moment, { hour: "2-digit", minute: "2-digit" });
  const date = (moment) => written(moment, { month: "2-digit", day: "2-digit" });
  const minutes = (time) => 60 * time.slice(0, 2) + Number(time.slice(3));
  const assets = (page) => [...page.head.querySelectorAll("link, script")].map((each) => each.href || each.src).join();

  /* Ask for a page. Throws where there is no answer, or one that says nothing about the class. */
  async function ask(address) {
    const { tag } = kept.get(address) || {};
    const abort = new AbortController();
    const patience = setTimeout(() => abort.abort(), PATIENCE * 1000);
    try {
      const headers = tag ? { "If-None-Match": tag } : {};
      const answer = await fetch(address, { headers, cache: "no-store", signal: abort.signal });
      if (answer.status !== 304) await keep(address, answer);
      ahead = Date.parse(answer.headers.get("Date")) - Date.now() || 0;
    } finally {
      clearTimeout(patience);
    }
  }

  async function keep(address, answer) {
    if (!answer.ok && !GONE.includes(answer.status)) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = page.querySelector("main");
    if (!main) throw new Error("not a page of the portal"); // somebody on the way has answered
    if (answer.ok && assets(page) !== assets(document)) location.reload(); // the portal was renewed
    kept.set(address, { main, tag: answer.ok && answer.headers.get("ETag") });
  }

  /* Ask for whose turn it is; once in a round, for who takes turns. */
  async function look() {
    let address = addresses[at];
    asking = true;
    try {
      if (at === 0) {
        await ask(own);
        follow();
        address = addresses[at];
      }
      if (address !== own) await ask(address);
      failures = 0;
      heard = Date.now() + ahead;
    } catch {
      failures += 1;
    }
    asking = false;
    idle = failures || address === addresses[at] ? 0 : Infinity; // somebody else's turn may have come meanwhile
    spread = 0.8 + 0.4 * Math.random();
    show();
  }

  /* Who takes turns: the addresses that the own page names, or itself. */
  function follow() {
    const links = [...kept.get(own).main.querySelectorAll(".turns a")];
    const whose = addresses[at];
    addresses = links.length ? links.map((each) => each.href) : [own];
    at = Math.max(addresses.indexOf(whose), 0);
    names.replaceChildren(
      ...links.map((each) => Object.assign(document.createElement("li"), { textContent: each.textContent })),
    );
  }

  function show() {
    const before = document.querySelector("main");
    const { main } = kept.get(addresses[at]) || { main: before };
    if (main !== before) {
      before.replaceWith(main);
      shown = addresses[at];
      sheet = 0;
    }
    turnOver();
    tell();
    tellTime();
  }

  /* To the page of the list whose turn it is: its columns are as wide as the list. */
  function turnOver() {
    const list = document.querySelector(".list");
    const step = list ? list.clientWidth + (parseFloat(getComputedStyle(list).columnGap) || 0) : 1;
    sheets = list ? Math.max(Math.round(list.scrollWidth / step), 1) : 1;
    sheet = Math.min(sheet, sheets - 1);
    if (list) list.scrollLeft = sheet * step;
  }

  /* Whose turn comes: while nobody answers, of those that are known. */
  function next() {
    let coming = at;
    do coming = (coming + 1) % addresses.length;
    while (failures && coming !== at && !kept.has(addresses[coming]));
    return coming;
  }

  function turn() {
    elapsed = 0;
    sheet += 1;
    if (sheet >= sheets) {
      sheet = 0;
      at = next();
      if (!failures && addresses.length > 1) idle = Infinity;
    }
    show();
  }

  function tell() {
    const since = date(heard) === date(Date.now() + ahead) ? time(heard) : `${date(heard)} ${time(heard)}`;
    const lost = failures ? set.lost.replace("{time}", since) : "";
    said.textContent = [rest ? set.paused : "", lost].filter(Boolean).join(" ");
    number.textContent = sheets > 1 ? set.number.replace("{number}", sheet + 1).replace("{all}", sheets) : "";
    pause.textContent = rest ? set.goOn : word;
    pause.hidden = progress.hidden = !takesTurns();
    [...names.children].forEach((each, index) => {
      each.setAttribute("aria-current", addresses[index] === shown);
      if (addresses[index] === shown) names.scrollLeft = each.offsetLeft - (names.clientWidth - each.clientWidth) / 2;
    });
  }

  function tellTime() {
    const clock = time(Date.now() + ahead);
    const bedtime = document.querySelector("main").dataset.bedtime || BEDTIME;
    for (const each of document.querySelectorAll(".clock")) {
      each.textContent = clock;
      each.hidden = false;
    }
    const night = clock >= bedtime || clock < MORNING;
    const colours = document.getElementById("night"), wanted = night ? "all" : DARK;
    if (colours.media !== wanted) colours.media = wanted;
    document.documentElement.classList.toggle("is-evening", night || minutes(clock) >= minutes(bedtime) - EVENING);
  }

  /* Each second. */
  function tick() {
    idle += 1;
    if (rest) {
      rest -= 1;
      if (!rest) tell();
    } else if (takesTurns()) {
      elapsed += 1;
      if (elapsed > set.turn) turn();
      progress.value = elapsed / set.turn;
    }
    tellTime();
    if (!asking && idle >= wait()) look();
    setTimeout(tick, set.second);
  }

  function pauseOrGoOn() {
    if (!takesTurns()) return;
    rest = rest ? 0 : Number(set.rest);
    tell();
  }

  document.addEventListener("click", pauseOrGoOn);
  document.addEventListener("keydown", (event) => {
    const ofTheBrowser = event.ctrlKey || event.altKey || event.metaKey || event.repeat || NOT_MEANT.test(event.key);
    const isClick = event.target === pause && [" ", "Enter"].includes(event.key);
    if (!ofTheBrowser && !isClick) pauseOrGoOn();
  });
  window.addEventListener("resize", show);
  document.documentElement.classList.add("is-live");
  document.getElementById("strip").hidden = false;
  follow();
  if (addresses[0] === own) show();
  else look();
  setTimeout(tick, set.second);
})();
