// Starts the page and keeps it up to date.
import { follow, get } from "./api.js";
import { residentPhone, residentsGroupPhone, workersPhone } from "./phones.js";
import { noteArrival, showTabs, startTabs } from "./tabs.js";
import { loadTopbar, noteEntry, platformNow, setClock, showFaults, startTopbar } from "./topbar.js";
import { markOptions, personOf, unread, world } from "./world.js";

const tasks = new Map();
const phones = [residentPhone(open), workersPhone(open, tasks), residentsGroupPhone(open, tasks)];
const [residentsOwn, workers, residentsGroup] = phones;

// Show the chat that the phone's pickers name; what arrives while it loads is put in after it.
async function open(phone) {
  phone.takeUpDraft();
  const chat = phone.chat();
  if (!chat) return;
  phone.opening = chat;
  phone.arrived = [];
  const { messages } = await get(`chats/${encodeURIComponent(chat)}`);
  if (phone.opening !== chat) return; // another was picked meanwhile
  const late = phone.arrived.filter((message) => message.sequence > (messages.at(-1)?.sequence ?? 0));
  phone.opening = null;
  phone.shown = chat;
  phone.show(messages, platformNow());
  for (const message of late) phone.update(message, platformNow());
  unread.delete(chat);
  markAll();
}

function markAll() {
  for (const phone of phones) phone.pickers.querySelectorAll("select").forEach(markOptions);
  showTabs(phones);
}

function arrive(message) {
  let isSeen = false;
  for (const phone of phones) {
    if (phone.opening === message.chat) phone.arrived.push(message);
    else if (!phone.opening && phone.shown === message.chat) phone.update(message, platformNow());
    if (phone.chat() !== message.chat) continue;
    isSeen = true;
    noteArrival(phone);
  }
  if (!isSeen) unread.add(message.chat);
  markAll();
}

function showTasks() {
  workers.showTasks();
  residentsGroup.showTasks();
}

// Groups came, changed or went: once more when more of it happens while the world is fetched.
let isRenewing = false;
let isStale = false;

async function renew() {
  isStale = true;
  if (isRenewing) return;
  isRenewing = true;
  while (isStale) {
    isStale = false;
    Object.assign(world, await get("world"));
  }
  isRenewing = false;
  for (const phone of phones) {
    phone.fill();
    phone.retitle();
    if (phone.chat() !== phone.shown) open(phone);
  }
  markAll();
}

const ON_EVENT = {
  message: arrive,
  task: (task) => {
    tasks.set(task.id, task);
    showTasks();
    showTabs(phones);
  },
  group: renew,
  request: (entry) => noteEntry("request", entry),
  callback: (entry) => noteEntry("callback", entry),
  fault: ({ faults }) => showFaults(faults),
  clock: ({ now }) => setClock(now),
  menu: ({ account, menu }) => {
    world.accounts.find(({ name }) => name === account).menu = menu;
    residentsOwn.showMenu();
  },
  person: ({ id, follows }) => {
    personOf(id).follows = follows;
    residentsOwn.showMenu();
  },
};

async function load() {
  Object.assign(world, await get("world"));
  setClock(world.now);
  for (const phone of phones) phone.fill();
  const found = await get("tasks");
  tasks.clear();
  for (const task of found.tasks) tasks.set(task.id, task);
  showTasks();
  await Promise.all([...phones.map(open), loadTopbar()]);
}

async function start() {
  startTabs(phones);
  startTopbar((trouble) => phones[0].say(trouble));
  const { happening } = await get("chats");
  await load();
  const offline = document.querySelector(".offline");
  follow(happening, {
    onEvent: (kind, data) => ON_EVENT[kind](data),
    onReload: load,
    onState: (isOn) => (offline.hidden = isOn),
  });
  document.body.dataset.ready = "true";
}

start();
