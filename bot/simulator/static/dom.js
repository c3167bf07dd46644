// Makes elements. Text goes in as text only: nothing that people write is ever read as HTML.
export function make(tag, { className = "", text = null, children = [], ...attributes } = {}) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== null) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") element.addEventListener("click", value);
    else if (value !== undefined && value !== null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export function safeLink(url, text) {
  const isWeb = /^https?:\/\//i.test(url);
  if (!isWeb) return document.createTextNode(text);
  return make("a", { text, href: url, target: "_blank", rel: "noopener noreferrer" });
}

export function safePicture(url, alt) {
  if (!/^(https?:\/\/|\/(?!\/))/i.test(url)) return make("span", { text: `[${alt}]` });
  return make("img", { src: url, alt, loading: "lazy" });
}

const COLOURS = ["#5b8def", "#e2855d", "#53a97f", "#a678c9", "#cf6b83", "#4fa3b5", "#b08b4f", "#7a86b8"];

export function avatar(name, kind) {
  const seed = [...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0);
  const face = make("span", { className: `avatar ${kind}`, text: [...name].at(kind === "person" ? -1 : 0) || "?", "aria-hidden": "true" });
  if (kind === "person") face.style.background = COLOURS[seed % COLOURS.length];
  return face;
}

const DAYS = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"];

// Beijing time, whatever zone this machine is in.
function beijing(date) {
  return new Date(date.getTime() + 8 * 3600 * 1000);
}

function two(number) {
  return String(number).padStart(2, "0");
}

export function clockText(date) {
  const b = beijing(date);
  const time = `${two(b.getUTCHours())}:${two(b.getUTCMinutes())}:${two(b.getUTCSeconds())}`;
  return `${b.getUTCFullYear()}年${b.getUTCMonth() + 1}月${b.getUTCDate()}日 ${DAYS[b.getUTCDay()]} ${time}`;
}

export function timeLine(date, now) {
  const [b, today] = [beijing(date), beijing(now)];
  const time = `${two(b.getUTCHours())}:${two(b.getUTCMinutes())}`;
  const days = Math.floor(today.getTime() / 864e5) - Math.floor(b.getTime() / 864e5);
  if (days === 0) return time;
  if (days === 1) return `昨天 ${time}`;
  if (days > 1 && days < 7) return `${DAYS[b.getUTCDay()]} ${time}`;
  return `${b.getUTCMonth() + 1}月${b.getUTCDate()}日 ${time}`;
}
