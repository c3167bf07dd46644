// The three phones: whose they are, which chat they show, what they can send.
import { post } from "./api.js";
import { make } from "./dom.js";
import { Phone } from "./phone.js";
import { openTasks, ownerBars, taskBar } from "./tasks.js";
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
  const onchange = () => {
    phone.showMenu();
    open(phone);
  };
  const who = addPicker(phone, { label: "居民", testid: "resident-picker", onchange });
  const act = (event, more = {}) => attempt(phone, () => typing(phone, post("event", { person: who.value, event, ...more })));
  const tile = (event, text) =>
    make("button", { type: "button", className: "tile", text, "data-testid": `resident-${event}`, onclick: () => act(event) });
  const follow = tile("subscribe", "关注");
  const unfollow = tile("unsubscribe", "取消关注");
  const notices = tile("subscribe_msg_popup_event", "允许一次通知");
  phone.offer([follow, unfollow, notices, scanForm((scene) => act("SCAN", { key: scene }), phone)]);
  const menu = make("div", { className: "menubar", role: "group", "aria-label": "公众号菜单", "data-testid": "resident-menu" });
  phone.root.querySelector(".composer").prepend(menu);
  phone.showMenu = () => {
    const person = personOf(who.value);
    const account = world.accounts.find((a) => a.name === person?.account);
    follow.hidden = Boolean(person?.follows);
    unfollow.hidden = !person?.follows;
    notices.hidden = !account?.has_notices;
    menu.replaceChildren(...(person?.follows ? account?.menu || [] : []).map((button) => menuButton(button, act)));
  };
  phone.chat = () => residentChat(who.value);
  phone.fill = () => {
    const residents = world.people.filter((person) => person.kind === "resident");
    fillPicker(
      who,
      residents.map(({ id }) => ({ value: id, text: nameAndRole(id), chat: residentChat(id) })),
    );
    phone.showMenu();
  };
  return phone;
}

const residentChat = (id) => (personOf(id) ? `account:${personOf(id).account}:${id}` : "");

function menuButton(button, act) {
  if (button.sub_button) {
    const list = make("div", { className: "submenu", children: button.sub_button.map((each) => menuButton(each, act)) });
    return make("details", { children: [make("summary", { text: button.name }), list] });
  }
  const press = (event) => {
    event.target.closest("details")?.removeAttribute("open");
    if (button.type === "click") return act("CLICK", { key: button.key });
    window.open(button.url, "_blank", "noopener");
    return act("VIEW", { key: button.url });
  };
  return make("button", { type: "button", text: button.name, "data-key": button.key, onclick: press });
}

function scanForm(scan, phone) {
  const scene = make("input", { "aria-label": "二维码的场景值", placeholder: "场景值", "data-testid": "resident-scene" });
  const go = () => {
    if (!scene.value.trim()) return void phone.say("先填二维码的场景值。");
    phone.closeMore();
    scan(scene.value.trim());
  };
  scene.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault(); // it is not the words under the panel that are sent
    go();
  });
  const button = make("button", { type: "button", text: "扫码", "data-testid": "resident-scan", onclick: go });
  return make("div", { className: "tile scan-form", children: [scene, button] });
}

export function workersPhone(open, tasks) {
  const phone = new Phone("workers", "工作群", {
    title: () => (isAlone() ? otherSide()?.display_name || "回音" : groupTitle(where.value)),
    viewer: () => who.value,
    view: () => ({
      isGroup: !isAlone(),
      nameOf,
      onQuote: isApp() ? null : (message) => phone.setQuote(message), // apps are not told what was quoted
      onRedeliver: (message) => redeliver(phone, message),
      onTap: (message, key, options = {}) =>
        attempt(phone, () => post("tap", { person: who.value, message: message.id, key, options })),
    }),
    captions: () => !isApp(),
    send: (content) =>
      typing(phone, post("say", { person: who.value, chat: phone.chat(), mention: mention.checked, ...content })),
  });
  const isApp = () => where.value.startsWith("app:");
  const isAlone = () => isApp() || where.value.startsWith("robot:");
  const otherSide = () => (isApp() ? world.apps : world.robots).find(({ name }) => where.value.endsWith(`:${name}`));
  const where = addPicker(phone, {
    label: "工作群",
    testid: "workers-group-picker",
    onchange: () => {
      fillSpeakers();
      open(phone);
    },
  });
  const onSpeaker = () => {
    fillPlaces();
    phone.showTasks();
    open(phone);
  };
  const who = addPicker(phone, { label: "说话人", testid: "workers-speaker-picker", onchange: onSpeaker });
  const mention = make("input", { type: "checkbox", "data-testid": "workers-mention" });
  mention.checked = true;
  const chip = make("label", { className: "chip", children: [mention, make("span", { text: "@回音" })] });
  phone.chips.append(chip);
  const fillSpeakers = () => {
    const workers = world.people.filter((person) => person.kind === "worker").map(({ id }) => id);
    const members = isAlone() ? workers : groupOf(where.value)?.members || [];
    fillPicker(
      who,
      members.map((id) => ({ value: id, text: nameAndRole(id), ...(isAlone() && { chat: `${where.value}:${id}` }) })),
    );
    chip.hidden = isAlone();
    phone.showTasks();
  };
  const fillPlaces = () => {
    const groups = world.groups.filter((group) => group.kind === "workers");
    const alone = [...world.robots.map((each) => ["robot", each]), ...world.apps.map((each) => ["app", each])];
    const places = alone.map(([kind, { name, display_name }]) => {
      const value = `${kind}:${name}`;
      return { value, text: `${display_name}（${kind === "app" ? "应用" : "单聊"}）`, chat: `${value}:${who.value}` };
    });
    fillPicker(where, [...groups.map(({ id, name }) => ({ value: id, text: name, chat: id })), ...places]);
  };
  phone.showTasks = () =>
    phone.taskbars.replaceChildren(...ownerBars(tasks, who.value, (work) => attempt(phone, work)));
  phone.offer();
  phone.chat = () => (isAlone() ? `${where.value}:${who.value}` : where.value);
  phone.fill = () => {
    fillPlaces();
    fillSpeakers();
    fillPlaces(); // now that it is known who speaks
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
    const open = openTasks(tasks);
    const shown = open.filter(({ chat, task }) => isOwner && task.sender === who.value && chat === where.value);
    phone.taskbars.replaceChildren(...shown.map(({ task }) => taskBar(task, (work) => attempt(phone, work))));
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
