// Group-send tasks on their owner's phone: nothing is sent before 确认发送 is tapped.
import { post } from "./api.js";
import { make } from "./dom.js";
import { groupOf } from "./world.js";

const SHOWN = 3; // of an owner's list; the rest is counted

export const isOpen = (entry) => entry.status === 0; // its owner has not tapped yet

// Groups with the tasks that wait in them.
export function openTasks(tasks) {
  const waiting = [...tasks.values()].filter((task) => task.waiting);
  return waiting.flatMap((task) => task.chats.filter(isOpen).map(({ chat }) => ({ chat, task })));
}

// In the residents' group itself.
export function taskBar(task, attempt) {
  const count = task.chats.length > 1 ? `，发往 ${task.chats.length} 个群` : "";
  return bar({
    testid: "task-bar",
    head: `待群主确认${count}${reminders(task)}`,
    text: task.text,
    button: confirmButton("确认发送", "confirm-task", () => attempt(() => post("confirm", { task: task.id }))),
  });
}

// On the worker's own phone: all that wait for this owner, and one tap for all of them.
export function ownerBars(tasks, owner, attempt) {
  const mine = [...tasks.values()].filter((task) => task.waiting && task.sender === owner);
  const bars = mine.slice(0, SHOWN).map((task) =>
    bar({
      testid: "owner-task",
      head: `群发给 ${placesOf(task)}${reminders(task)}`,
      text: task.text,
      button: confirmButton("确认发送", "confirm-owner-task", () => attempt(() => post("confirm", { task: task.id }))),
    }),
  );
  if (mine.length < 2) return bars;
  const ids = mine.map(({ id }) => id);
  const all = bar({
    testid: "owner-tasks",
    head: `${mine.length} 个群发等你确认`,
    text: mine.length > SHOWN ? `下面是最早的 ${SHOWN} 个` : "",
    button: confirmButton("全部确认", "confirm-all-tasks", () => attempt(() => post("confirm", { tasks: ids }))),
  });
  return [all, ...bars];
}

function bar({ testid, head, text, button }) {
  const words = [make("div", { className: "task-head", text: head }), make("div", { className: "task-text", text })];
  return make("div", { className: "taskbar", "data-testid": testid, children: [...words, button] });
}

// One tap is enough: the button waits until the answer is there.
function confirmButton(text, testid, work) {
  const onclick = async () => {
    button.disabled = true;
    await work();
    button.disabled = false;
  };
  const button = make("button", { type: "button", text, "data-testid": testid, onclick });
  return button;
}

function reminders(task) {
  return task.reminded_at.length ? `，已提醒 ${task.reminded_at.length} 次` : "";
}

function placesOf(task) {
  const names = task.chats.filter(isOpen).map(({ chat }) => groupOf(chat)?.name || "已解散的群");
  return names.length > 2 ? `${names.slice(0, 2).join("、")} 等 ${names.length} 个群` : names.join("、");
}
