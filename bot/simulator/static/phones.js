// The three phones: whose they are, which chat they show, what they can send.
import { post } from "./api.js";
import { make } from "./dom.js";
import { Phone } from "./phone.js";
import { addPicker, fillPicker, groupOf, markOptions, nameAndRole, nameOf, personOf, waiting, world } from "./world.js";

const attempt = async (phone, work) => {
  try {
    return await work();
  } catch (error) {
    phone.say(error.message);
    return null;
  }
};

export function residentPhone(open) {
  const phone = new Phone("resident", "居民与公众号", {
    title: () => world.accounts.find((a) => a.name === personOf(who.value)?.account)?.display_name || "",
    viewer: () => who.value,
    view: () => ({
      isGroup: false,
      nameOf,
      onMenu: (text, menu) => phone.send(menu ? { text, menu } : { text }),
      onRedeliver: (message) => redeliver(phone, message),
    }),
    send: (content) => typing(phone, post("say", { person: who.value, ...content })),
  });
  const who = addPicker(phone, { label: "居民", testid: "resident-picker", onchange: () => open(phone) });
  const follow = (event, text) =>
    make("button", {
      type: "button",
      className: "tile",
      text,
      "data-testid": `resident-${event}`,
      onclick: () => attempt(phone, () => post("event", { person: who.value, event })),
    });
  phone.offer([follow("subscribe", "关注"), follow("unsubscribe", "取消关注")]);
  phone.chat = () => residentChat(who.value);
  phone.fill = () => {
    const residents = world.people.filter((person) => person.kind === "resident");
    fillPicker(
      who,
      residents.map(({ id }) => ({ value: id, text: nameAndRole(id), chat: residentChat(id) })),
    );
  };
  return phone;
}

const residentChat = (id) => (personOf(id) ? `account:${personOf(id).account}:${id}` : "");

export function workersPhone(open) {
  const phone = new Phone("workers", "工作群", {
    title: () => (isAlone() ? robotName() : groupTitle(where.value)),
    viewer: () => who.value,
    view: () => ({
      isGroup: !isAlone(),
      nameOf,
      onQuote: (message) => phone.setQuote(message),
      onRedeliver: (message) => redeliver(phone, message),
      onTap: (message, key) => attempt(phone, () => post("tap", { person: who.value, message: message.id, key })),
    }),
    send: (content) =>
      typing(phone, post("say", { person: who.value, chat: phone.chat(), mention: mention.checked, ...content })),
  });
  const isAlone = () => where.value.startsWith("robot:");
  const robotName = () => world.robots[0]?.display_name || "回音";
  const where = addPicker(phone, {
    label: "工作群",
    testid: "workers-group-picker",
    onchange: () => {
      fillSpeakers();
      open(phone);
    },
  });
  const who = addPicker(phone, { label: "说话人", testid: "workers-speaker-picker", onchange: () => open(phone) });
  const mention = make("input", { type: "checkbox", "data-testid": "workers-mention" });
  mention.checked = true;
  const chip = make("label", { className: "chip", children: [mention, make("span", { text: "@回音" })] });
  phone.chips.append(chip);
  const fillSpeakers = () => {
    const workers = world.people.filter((person) => person.kind === "worker").map(({ id }) => id);
    const members = isAlone() ? workers : groupOf(where.value)?.members || [];
    fillPicker(
      who,
      members.map((id) => ({ value: id, text: nameAndRole(id) })),
    );
    chip.hidden = isAlone();
  };
  phone.offer();
  phone.chat = () => (isAlone() ? `${where.value}:${who.value}` : where.value);
  phone.fill = () => {
    const groups = world.groups.filter((group) => group.kind === "workers");
    const alone = world.robots.map((robot) => ({ value: `robot:${robot.name}`, text: `${robot.display_name}（单聊）` }));
    fillPicker(where, [...groups.map(({ id, name }) => ({ value: id, text: name, chat: id })), ...alone]);
    fillSpeakers();
  };
  return phone;
}

export function residentsGroupPhone(open, tasks) {
  const phone = new Phone("residents-group", "居民群", {
    title: () => groupTitle(where.value),
    viewer: () => who.value,
    view: () => ({ isGroup: true, nameOf }),
    send: (content) => post("say", { person: who.value, chat: where.value, ...content }),
  });
  const where = addPicker(phone, {
    label: "居民群",
    testid: "residents-group-picker",
    onchange: () => {
      fillViewers();
      open(phone);
    },
  });
  const onchange = () => {
    phone.showTasks();
    open(phone);
  };
  const who = addPicker(phone, { label: "看的人", testid: "residents-group-viewer", onchange });
  const fillViewers = () => {
    const group = groupOf(where.value);
    const text = (id) => (id === group.owner ? `${nameOf(id)} · 群主` : nameAndRole(id));
    fillPicker(
      who,
      (group?.members || []).map((id) => ({ value: id, text: text(id) })),
    );
    phone.showTasks();
  };
  phone.offer();
  phone.chat = () => where.value;
  phone.showTasks = () => {
    const isOwner = groupOf(where.value)?.owner === who.value;
    const open = [...tasks.values()].flatMap((task) => task.chats.filter(isOpen).map(({ chat }) => ({ chat, task })));
    const shown = open.filter(({ chat }) => isOwner && chat === where.value);
    phone.taskbars.replaceChildren(...shown.map(({ task }) => taskbar(phone, task)));
    waiting.clear();
    for (const { chat } of open) waiting.add(chat);
    markOptions(where);
  };
  phone.fill = () => {
    const groups = world.groups.filter((group) => group.kind === "residents");
    fillPicker(
      where,
      groups.map(({ id, name }) => ({ value: id, text: name, chat: id })),
    );
    fillViewers();
  };
  return phone;
}

const isOpen = (entry) => entry.status === 0; // its owner has not tapped yet

function taskbar(phone, task) {
  const count = task.chats.length > 1 ? `，发往 ${task.chats.length} 个群` : "";
  const confirm = make("button", {
    type: "button",
    text: "确认发送",
    "data-testid": "confirm-task",
    onclick: () => attempt(phone, () => post("confirm", { task: task.id })),
  });
  return make("div", {
    className: "taskbar",
    "data-testid": "task-bar",
    children: [
      make("div", { className: "task-head", text: `待群主确认${count}` }),
      make("div", { className: "task-text", text: task.text }),
      confirm,
    ],
  });
}

function groupTitle(id) {
  const group = groupOf(id);
  return group ? `${group.name}（${group.members.length}）` : "";
}

async function typing(phone, work) {
  phone.typing(true);
  try {
    return await work;
  } finally {
    phone.typing(false);
  }
}

function redeliver(phone, message) {
  return attempt(phone, () => post("redeliver", { message: message.id }));
}
