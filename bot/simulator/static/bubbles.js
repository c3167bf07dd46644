// One message as it looks in a chat.
import { cardBubble } from "./cards.js";
import { avatar, make, safeLink, safePicture } from "./dom.js";
import { accountText, markdown, plainWords } from "./richtext.js";

// `view`: {viewer, isGroup, nameOf, find, onQuote?, onRedeliver?, onMenu?, onTap?}
export function bubble(message, view) {
  if (message.kind === "system") {
    return make("div", { className: "line system", text: message.text, "data-id": message.id });
  }
  const isOwn = message.sender === view.viewer;
  const face = avatar(message.sender_name, faceKind(message.sender));
  const name = view.isGroup && !isOwn ? [make("span", { className: "sender", text: message.sender_name })] : [];
  const body = make("div", { className: "body", children: [...name, content(message, view), ...quoteOf(message, view)] });
  const row = make("div", {
    className: `row ${isOwn ? "own" : "other"}`,
    children: [face, body, tools(message, view, isOwn)],
    "data-id": message.id,
    "data-kind": message.kind,
    "data-sender": message.sender,
  });
  if (view.onQuote) quoteOnLongPress(row, () => view.onQuote(message));
  return row;
}

function faceKind(sender) {
  if (sender.startsWith("account:")) return "account";
  if (sender.startsWith("robot:") || sender.startsWith("app:")) return "robot";
  return sender === "webhook" ? "webhook" : "person";
}

function tools(message, view, isOwn) {
  const buttons = [];
  if (view.onQuote) {
    const label = `引用${message.sender_name}的消息`;
    const onclick = () => view.onQuote(message);
    buttons.push(make("button", { type: "button", text: "引用", "aria-label": label, "data-testid": "quote", onclick }));
  }
  if (isOwn && message.callback && view.onRedeliver) {
    const onclick = () => view.onRedeliver(message);
    const title = "平台把同一条消息再送一次";
    buttons.push(make("button", { type: "button", text: "重发", title, "data-testid": "redeliver", onclick }));
  }
  return make("span", { className: "tools", children: buttons });
}

function quoteOnLongPress(row, act) {
  let timer = 0;
  const stop = () => clearTimeout(timer);
  row.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch") timer = setTimeout(act, 500);
  });
  for (const kind of ["pointerup", "pointercancel", "pointermove"]) row.addEventListener(kind, stop);
}

function quoteOf(message, view) {
  if (message.quote === null) return [];
  const quoted = view.find(message.quote);
  const text = quoted ? previewOf(quoted) : "原消息已不在";
  return [make("div", { className: "quoted", text })];
}

const NAMES = { image: "[图片]", voice: "[语音]", video: "[视频]", file: "[文件]", location: "[位置]" };

export function previewOf(message) {
  return `${message.sender_name}：${plainWords(message.text) || NAMES[message.kind] || "[消息]"}`;
}

function content(message, view) {
  const maker = CONTENT[message.kind] || plain;
  return maker(message, view);
}

function plain(message, view) {
  const isAccount = message.sender.startsWith("account:");
  const children = isAccount ? accountText(message.text, view.onMenu) : mentions(message.text);
  const at = (message.data.mentioned || []).map((id) => ` @${id === "@all" ? "所有人" : view.nameOf(id)}`).join("");
  return make("div", { className: "bubble text", children: [...children, document.createTextNode(at)] });
}

function mentions(text) {
  const match = /^@\S+/.exec(text);
  if (!match) return [document.createTextNode(text)];
  const at = make("span", { className: "at", text: match[0] });
  return [at, document.createTextNode(text.slice(match[0].length))];
}

function richText(message, view) {
  const className = message.final ? "bubble markdown" : "bubble markdown growing";
  return make("div", { className, children: markdown(message.text, view.nameOf) });
}

function picture(message) {
  const open = (message.data.urls || [message.data.url || ""]).map(String).map((url) => {
    const children = [safePicture(url, "照片")];
    return make("a", { className: "picture", href: url, target: "_blank", rel: "noopener", children });
  });
  const caption = message.text ? [make("div", { className: "bubble text", children: mentions(message.text) })] : [];
  return make("div", { className: "stack", children: [...open, ...caption] });
}

function place(message) {
  const { lat, lng, label } = message.data;
  return make("div", {
    className: "bubble place-card",
    children: [
      make("div", { className: "place-label", text: label || "我的位置" }),
      make("div", { className: "place-coordinates", text: `${Number(lat).toFixed(5)}, ${Number(lng).toFixed(5)}` }),
      make("div", { className: "place-map", "aria-hidden": "true" }),
    ],
  });
}

function link(message) {
  const children = [safeLink(String(message.data.url || ""), message.text)];
  if (message.data.description) children.push(make("p", { text: message.data.description }));
  return make("div", { className: "bubble card", children });
}

function news(message) {
  const articles = (message.data.articles || []).map((article) => {
    const parts = [make("strong", { children: [safeLink(article.url || "", article.title)] })];
    if (article.picture) parts.unshift(safePicture(article.picture, "配图"));
    if (article.description) parts.push(make("p", { text: article.description }));
    return make("div", { className: "article", children: parts });
  });
  return make("div", { className: "bubble card", children: articles });
}

function menu(message, view) {
  const options = message.data.menu.map(({ id, content: text }) => {
    const onclick = () => view.onMenu && view.onMenu(text, id);
    return make("button", { className: "textlink", type: "button", text, onclick });
  });
  const tail = message.data.tail ? [make("div", { text: message.data.tail })] : [];
  const head = make("div", { children: accountText(message.text, view.onMenu) });
  return make("div", { className: "bubble text menu", children: [head, ...options, ...tail] });
}

function notice(message) {
  const rows = Object.entries(message.data.values || {}).map(([, value]) => make("div", { text: value }));
  const children = [make("div", { className: "card-title", text: "服务通知" }), ...rows];
  if (message.data.url) children.push(safeLink(message.data.url, "查看详情"));
  return make("div", { className: "bubble card", children });
}

const media = (label) => (message) =>
  make("div", {
    className: "bubble text",
    children: [make("a", { text: [label, message.data.name].filter(Boolean).join(" "), href: String(message.data.url || "#"), target: "_blank", rel: "noopener" })],
  });

const CONTENT = {
  markdown: richText,
  image: picture,
  location: place,
  link,
  news,
  menu,
  notice,
  card: cardBubble,
  voice: media("♪ 语音"),
  video: media("▶ 视频"),
  file: media("▤ 文件"),
};
