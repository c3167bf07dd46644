// A template card: what it says, its drop-downs, and buttons that speak for whoever holds the phone.
import { make, safeLink } from "./dom.js";

const picked = new Map(); // choices not sent yet, by bubble, person and question

export function cardBubble(message, view) {
  const card = message.data.cards_for?.[view.viewer] || message.data.card || {};
  const note = make("div", { className: "card-note", role: "status" });
  note.hidden = true;
  const questions = questionsOf(card).map((question) => asked(question, { card, message, view }));
  const children = [
    ...head(card),
    ...(card.horizontal_content_list || []).map(line),
    ...questions.map(({ element }) => element),
    ...links(card),
  ];
  const bubble = make("div", { className: "bubble card template-card", children, "data-testid": "card" });
  const choices = () => Object.fromEntries(questions.map(({ key, value }) => [key, value()]));
  const tap = (button, key) => send(bubble, { button, note, work: () => view.onTap(message, key, choices()) });
  const dead = card.replace_text && tappable({ text: card.replace_text, style: 4 }, {}, null); // nothing to tap
  const buttons = dead ? [dead] : buttonsOf(card).map((button) => tappable(button, view, tap));
  if (buttons.length) bubble.append(make("div", { className: "card-buttons", children: buttons }));
  bubble.append(note);
  return bubble;
}

function head(card) {
  const parts = [
    ["card-source", card.source?.desc],
    ["card-title", card.main_title?.title],
    ["card-about", card.main_title?.desc],
    ["card-emphasis", card.emphasis_content?.title],
    ["card-about", card.emphasis_content?.desc],
    ["card-quote", [card.quote_area?.title, card.quote_area?.quote_text].filter(Boolean).join("\n")],
    ["card-text", card.sub_title_text],
  ];
  return parts.filter(([, text]) => text).map(([className, text]) => make("div", { className, text }));
}

function line({ keyname, value = "", type, url = "" }) {
  const shown = type === 1 ? safeLink(url, value || url) : document.createTextNode(value);
  const children = [make("span", { text: keyname }), make("span", { children: [shown] })];
  return make("div", { className: "card-pair", children });
}

function links(card) {
  const jumps = (card.jump_list || []).filter(({ type }) => type === 1).map(({ url, title }) => safeLink(url, title));
  if (card.card_action?.type === 1) jumps.push(safeLink(card.card_action.url || "", "查看详情"));
  return jumps.map((each) => make("div", { className: "card-link", children: [each] }));
}

const isNotice = (card) => ["text_notice", "news_notice"].includes(card.card_type);

function buttonsOf(card) {
  if (isNotice(card)) return [];
  return card.button_list || (card.submit_button ? [{ style: 1, ...card.submit_button }] : []);
}

function questionsOf(card) {
  if (isNotice(card)) return [];
  if (card.checkbox) return [card.checkbox];
  return card.button_selection ? [card.button_selection] : card.select_list || [];
}

// A card without buttons only shows what its questions stand at.
function asked(question, { card, message, view }) {
  const isFixed = question.disable || !buttonsOf(card).length || !view.onTap;
  const place = `${message.id} ${view.viewer} ${question.question_key}`;
  const maker = card.checkbox ? checkboxes : dropDown;
  return { key: question.question_key, ...maker(question, { isFixed, place }) };
}

function dropDown(question, { isFixed, place }) {
  const options = question.option_list.map(({ id, text }) => make("option", { value: id, text }));
  const label = question.title || "请选择";
  const select = make("select", { children: options, "aria-label": label, "data-testid": "card-selection" });
  const wanted = picked.get(place) || question.selected_id;
  if (question.option_list.some(({ id }) => id === wanted)) select.value = wanted;
  select.disabled = Boolean(isFixed);
  select.addEventListener("change", () => picked.set(place, select.value));
  const element = make("label", { className: "card-choice", children: [make("span", { text: label }), select] });
  return { element, value: () => [select.value] };
}

function checkboxes(question, { isFixed, place }) {
  const chosen = picked.get(place) || question.option_list.filter((o) => o.is_checked).map(({ id }) => id);
  const type = question.mode === 1 ? "checkbox" : "radio";
  const boxes = question.option_list.map(({ id }) => {
    const box = make("input", { type, name: place, value: id });
    box.checked = chosen.includes(id);
    box.disabled = Boolean(isFixed);
    return box;
  });
  const value = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const children = question.option_list.map(({ text }, number) =>
    make("label", { children: [boxes[number], make("span", { text })] }),
  );
  const element = make("div", { className: "card-boxes", children });
  element.addEventListener("change", () => picked.set(place, value()));
  return { element, value };
}

function tappable({ text, key, style }, view, tap) {
  const className = `card-button style-${[1, 2, 3, 4].includes(style) ? style : 1}`;
  const button = make("button", { type: "button", className, text, "data-key": key, onclick: () => tap(button, key) });
  button.disabled = !view.onTap;
  return button;
}

// While the tap is on its way nothing on the card can be touched; afterwards it says when nothing came of it.
async function send(bubble, { button, note, work }) {
  const parts = [...bubble.querySelectorAll("button, select, input")].filter((each) => !each.disabled);
  const isOn = (yes) => {
    if (yes) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
    for (const each of parts) each.disabled = yes;
  };
  note.hidden = true;
  isOn(true);
  const outcome = await work();
  isOn(false);
  note.textContent = outcome ? (TROUBLE[outcome.outcome] ?? "") : "没有点成。";
  note.hidden = !note.textContent;
}

const TROUBLE = { failed: "没有送到，请稍后再点。", silent: "没有回应，请稍后再点。" };
