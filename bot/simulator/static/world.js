// Who is on this WeChat, and which chats have something unread.
import { make } from "./dom.js";

export const world = { people: [], groups: [], robots: [], accounts: [] };
export const unread = new Set();

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

// Options are {value, text, chat}: an option whose chat has something unread gets a dot.
export function fillPicker(select, options) {
  const chosen = options.some(({ value }) => value === select.value) ? select.value : options[0]?.value;
  select.replaceChildren(
    ...options.map(({ value, text, chat }) => make("option", { value, text, "data-text": text, "data-chat": chat })),
  );
  select.value = chosen ?? "";
  markUnread(select);
}

export function markUnread(select) {
  for (const option of select.options) {
    option.textContent = unread.has(option.dataset.chat) ? `● ${option.dataset.text}` : option.dataset.text;
  }
}
