// Who is on this WeChat, and which chats have something unread or wait for their owner.
import { make } from "./dom.js";

export const world = { people: [], groups: [], robots: [], apps: [], accounts: [] };
export const unread = new Set(); // chats
export const waiting = new Set(); // groups whose owner has something to confirm

export const personOf = (id) => world.people.find((person) => person.id === id);
export const groupOf = (id) => world.groups.find((group) => group.id === id);
export const nameOf = (id) => personOf(id)?.name || id;

const ROLES = {
  grid_worker: "网格员",
  staff: "社区工作人员",
  head: "社区负责人",
  unit_member: "责任单位",
  building_lead: "楼长",
  street: "街道",
};

export function nameAndRole(id) {
  const person = personOf(id);
  const detail = person?.kind === "resident" ? person.estate : ROLES[person?.role];
  return detail ? `${nameOf(id)} · ${detail}` : nameOf(id);
}

export function addPicker(phone, { label, testid, onchange }) {
  const select = make("select", { "data-testid": testid, "aria-label": label });
  select.addEventListener("change", onchange);
  phone.pickers.append(make("label", { children: [make("span", { text: label }), select] }));
  return select;
}

// Options are {value, text, chat}: one whose chat has something unread gets a dot, one that waits a word.
export function fillPicker(select, options) {
  const chosen = options.some(({ value }) => value === select.value) ? select.value : options[0]?.value;
  select.replaceChildren(
    ...options.map(({ value, text, chat }) => make("option", { value, text, "data-text": text, "data-chat": chat })),
  );
  select.value = chosen ?? "";
  markOptions(select);
}

export function markOptions(select) {
  for (const option of select.options) {
    const { chat, text } = option.dataset;
    option.toggleAttribute("data-unread", unread.has(chat));
    option.toggleAttribute("data-waiting", waiting.has(chat));
    option.textContent = `${unread.has(chat) ? "● " : ""}${waiting.has(chat) ? "待确认·" : ""}${text}`;
  }
  const others = [...select.options].filter((option) => !option.selected);
  for (const mark of ["data-unread", "data-waiting"]) {
    select.parentElement.toggleAttribute(mark, others.some((option) => option.hasAttribute(mark)));
  }
}
