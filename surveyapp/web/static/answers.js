// The questionnaire: each answer saves itself, what is not saved waits in this tab (never in lasting storage)
// and is offered again to the same person, and the reason field shows when it is needed.
document.documentElement.classList.add("js");
const form = document.querySelector("form.sheet");
const words = form.dataset; // every sentence comes from the server, in the reader's language
const OURS = `answers/${words.writer}/`;
const PLACE = OURS + words.sheet;
const PAUSE = 1500; // ms without a key before what was typed is sent
const RETRIES = [5000, 15000, 60000]; // ms between tries while there is no line
const pending = new Map(); // question id → what of it is not saved
let token = form.elements.csrf_token.value;
let tries = 0;
let isLeaving = false;
let isSignedOut = false;

const sections = () => [...form.querySelectorAll("section.question")];
const isWritten = (field) => field.name && !["submit", "file"].includes(field.type) && !field.name.endsWith("-evidence_remove");
const fieldsOf = (section) => [...section.querySelectorAll("input, textarea, select")].filter(isWritten);

function valuesOf(section) {
  const values = {};
  for (const field of fieldsOf(section)) {
    if (field.type === "checkbox") values[field.name] = field.checked ? field.value : "";
    else if (field.type !== "radio") values[field.name] = field.value;
    else if (field.checked || !(field.name in values)) values[field.name] = field.checked ? field.value : "";
  }
  return values;
}

function fill(section, values) {
  for (const field of fieldsOf(section)) {
    if (!(field.name in values)) continue;
    if (["radio", "checkbox"].includes(field.type)) field.checked = field.value === values[field.name];
    else field.value = values[field.name];
  }
}

// --- what waits in the tab

function readDrafts() {
  try {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith("answers/") && !key.startsWith(OURS)) sessionStorage.removeItem(key); // somebody else's
    }
    return JSON.parse(sessionStorage.getItem(PLACE) || "{}");
  } catch {
    return {}; // a browser that keeps nothing: saving still works
  }
}

const drafts = readDrafts();

function keepDrafts() {
  try {
    if (Object.keys(drafts).length) sessionStorage.setItem(PLACE, JSON.stringify(drafts));
    else sessionStorage.removeItem(PLACE);
  } catch {
    // The browser keeps nothing; leaving the page asks first.
  }
}

function forget(id) {
  pending.delete(id);
  delete drafts[id];
  keepDrafts();
}

function note(section) {
  if (!pending.has(section.id)) pending.set(section.id, {});
  drafts[section.id] = { values: valuesOf(section), wasSent: false };
  keepDrafts();
}

// --- saving

function tell(section, sentence, kind = "") {
  const place = section.querySelector(".standing");
  if (!place || place.textContent === sentence) return;
  place.className = `standing ${kind}`;
  place.textContent = sentence;
}

function isReasonMissing(section) {
  const chosen = section.querySelector(".apart :checked");
  return chosen !== null && !section.querySelector(".reason input").value.trim();
}

const isDocument = (name) => name.includes("-evidence_"); // added with the button, when it is complete

function schedule(section, delay) {
  const state = pending.get(section.id);
  clearTimeout(state.timer);
  state.timer = setTimeout(save, delay, section);
}

const underway = new Set(); // what was sent and has no reply yet

function save(section) {
  const work = saveNow(section).finally(() => underway.delete(work));
  underway.add(work);
}

async function saveNow(section) {
  const state = pending.get(section.id);
  if (!state || state.isSending || section.querySelector(".conflict")) return;
  if (isReasonMissing(section)) return tell(section, words.needsReason);
  const values = valuesOf(section);
  if (state.sent && same(state.sent, values)) return; // a document alone: its button adds it
  state.isSending = true;
  tell(section, words.saving);
  const body = Object.entries(values).filter(([name]) => !isDocument(name));
  try {
    await settle(section, values, await send(new URLSearchParams([["csrf_token", token], ...body])));
    tries = 0;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // fetch says TypeError for a line that is down
    tell(section, words.offline, "wrong-words");
    setTimeout(saveAll, RETRIES[Math.min(tries++, RETRIES.length - 1)]);
  } finally {
    state.isSending = false;
  }
}

const isGiven = (name) => !isDocument(name) && !name.endsWith("-version"); // what a person gave
const same = (one, other) => Object.keys(other).every((name) => !isGiven(name) || one[name] === other[name]);

async function send(body) {
  const request = { method: "POST", headers: { Accept: "application/json" }, body, keepalive: true };
  const response = await fetch(location.pathname, request);
  if (![400, 401].includes(response.status) || !(await renewToken())) return response;
  body.set("csrf_token", token);
  return fetch(location.pathname, { ...request, body });
}

// After signing in again in another tab the same person goes on here, with that session's token.
async function renewToken() {
  const response = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("form.sheet");
  isSignedOut = !page || page.dataset.writer !== words.writer;
  if (isSignedOut || page.elements.csrf_token.value === token) return false;
  token = page.elements.csrf_token.value;
  form.elements.csrf_token.value = token;
  return true;
}

async function settle(section, values, response) {
  if (isSignedOut) return tellSignedOut(section);
  const answer = await response.json();
  if (!answer.questions) return tell(section, answer.detail, "wrong-words");
  const { saved, complaints, tick, conflict, version } = answer.questions[section.id];
  if (complaints) {
    section.querySelector(".nobody-named").innerHTML = tick;
    return tell(section, Object.values(complaints).join(" "), "wrong-words");
  }
  section.querySelector(".nobody-named").textContent = "";
  form.elements[`${section.id}-version`].value = version;
  if (conflict) return showConflict(section, conflict);
  replace(".tallies-of", answer.tallies);
  replace(".so-far", answer.so_far);
  const last = section.querySelector(".last-saved");
  if (last) last.outerHTML = answer.questions[section.id].last_saved;
  tell(section, saved);
  const now = valuesOf(section);
  if (!same(values, now)) return schedule(section, PAUSE); // typed on while it was being sent
  if (Object.keys(now).some((name) => isDocument(name) && now[name])) {
    pending.get(section.id).sent = now;
    return note(section);
  }
  forget(section.id);
}

function replace(selector, html) {
  const old = document.querySelector(selector);
  if (old && !old.contains(document.activeElement)) old.outerHTML = html;
}

function showConflict(section, html) {
  section.querySelector("fieldset").insertAdjacentHTML("beforebegin", html);
  section.classList.add("wrong");
  tell(section, words.conflict, "wrong-words");
}

function tellSignedOut(section) {
  tell(section, words.signedOut, "wrong-words");
  const link = document.createElement("a");
  link.href = words.signIn;
  link.textContent = words.signInAgain;
  link.addEventListener("click", () => { isLeaving = true; }); // it waits in the tab
  section.querySelector(".standing").append(" ", link);
}

function saveAll() {
  for (const section of sections()) save(section);
}

// Arrow keys choose each level that they pass: nothing moves then, and only the one they stop at is saved.
let isByKey = false;
document.addEventListener("keydown", () => { isByKey = true; }, true);
document.addEventListener("pointerdown", () => { isByKey = false; }, true);
const isPassing = (field) => field.type === "radio" && isByKey;

form.addEventListener("input", (event) => {
  const section = event.target.closest("section.question");
  if (!section) return;
  note(section);
  schedule(section, event.target.type === "radio" && !isPassing(event.target) ? 300 : PAUSE);
});
form.addEventListener("change", (event) => {
  const section = event.target.closest("section.question");
  if (!section || !isWritten(event.target) || isPassing(event.target)) return;
  const needsReason = event.target.type === "radio" && isReasonMissing(section);
  if (needsReason) section.querySelector(".reason input").focus();
  else if (pending.has(section.id)) schedule(section, 0);
});
form.addEventListener("submit", (event) => {
  if (underway.size) { // the button waits for it, or it would be written over one's own answer
    event.preventDefault();
    Promise.allSettled([...underway]).then(() => form.requestSubmit(event.submitter));
    return;
  }
  for (const state of pending.values()) clearTimeout(state.timer);
  isLeaving = true;
  for (const draft of Object.values(drafts)) draft.wasSent = true;
  keepDrafts();
});
window.addEventListener("online", saveAll);
document.addEventListener("visibilitychange", saveAll); // before the laptop sleeps, and when it wakes
window.addEventListener("beforeunload", (event) => { if (pending.size && !isLeaving) event.preventDefault(); });

// --- what waits from before

function isSaved(section, draft) {
  const shown = valuesOf(section);
  const version = `${section.id}-version`;
  if (draft.wasSent && Number(shown[version]) > Number(draft.values[version])) return true;
  return Object.keys(shown).every((name) => name === version || shown[name] === (draft.values[name] ?? ""));
}

function offerDrafts() {
  const waiting = [];
  for (const section of sections()) {
    const draft = drafts[section.id];
    if (draft && section.classList.contains("wrong")) note(section); // the page says what it needs
    else if (draft && isSaved(section, draft)) forget(section.id);
    else if (draft) waiting.push(section);
  }
  if (!waiting.length) return;
  form.before(document.getElementById("offer").content.cloneNode(true));
  const offer = document.querySelector(".offer");
  offer.querySelector(".which").textContent = waiting.map((section) => section.dataset.label).join(", ");
  offer.querySelector(".put-back").addEventListener("click", () => {
    for (const section of waiting) {
      fill(section, drafts[section.id].values);
      note(section);
      save(section);
    }
    offer.remove();
    waiting[0].querySelector("input:checked, input")?.focus();
  });
  offer.querySelector(".throw-away").addEventListener("click", () => {
    for (const section of waiting) forget(section.id);
    offer.remove();
  });
}

offerDrafts();
