// A phone: a chat that keeps its place while it grows, and a composer.
import { fileAsBase64, samplePhoto } from "./api.js";
import { bubble, previewOf } from "./bubbles.js";
import { make, timeLine } from "./dom.js";

const GAP = 5 * 60 * 1000; // a time line after five silent minutes
const ACCEPTED = "image/png,image/jpeg,image/gif,video/mp4";
const NEAR = 80; // pixels from the end that still count as "at the end"

export class Phone {
  // hooks: {title(), viewer(), view(), send(content), captions?()}
  constructor(name, label, hooks) {
    this.name = name;
    this.hooks = hooks;
    this.rows = new Map();
    this.messages = new Map();
    this.lastAt = 0;
    this.quote = null;
    this.drafts = new Map(); // half-written words by chat and speaker
    this.staysAtEnd = true;
    const root = document.getElementById("phone-template").content.cloneNode(true).firstElementChild;
    this.root = root;
    root.id = `phone-${name}`;
    root.setAttribute("aria-label", label);
    this.pickers = root.querySelector(".pickers");
    this.chips = root.querySelector(".chips");
    this.taskbars = root.querySelector(".taskbars");
    this.list = this.#part(".messages", "messages", `${label}的消息`);
    this.input = this.#part("textarea", "input", `在${label}里说`);
    this.#part(".send", "send", `${label}：发送`);
    this.more = root.querySelector(".more");
    this.#listen();
    document.getElementById("desk").append(root);
  }

  #part(selector, testid, label) {
    const element = this.root.querySelector(selector);
    element.dataset.testid = `${this.name}-${testid}`;
    element.setAttribute("aria-label", label);
    return element;
  }

  #listen() {
    const form = this.root.querySelector("form");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#sendText();
    });
    this.input.addEventListener("keydown", (event) => {
      const isComposing = event.isComposing || event.keyCode === 229; // an input method is at work
      if (event.key !== "Enter" || event.shiftKey || isComposing) return;
      event.preventDefault();
      this.#sendText();
    });
    this.input.addEventListener("input", () => this.#fitInput());
    const plus = this.root.querySelector(".plus");
    plus.dataset.testid = `${this.name}-plus`;
    plus.addEventListener("click", () => {
      this.more.hidden = !this.more.hidden;
      plus.setAttribute("aria-expanded", String(!this.more.hidden));
    });
    const toEnd = this.root.querySelector(".to-end");
    toEnd.addEventListener("click", () => this.#toEnd());
    this.list.addEventListener("scroll", () => {
      this.staysAtEnd = this.#isAtEnd();
      if (this.staysAtEnd) toEnd.hidden = true;
    });
    new ResizeObserver(() => this.#wantsEnd() && this.#toEnd()).observe(this.list); // the composer grows
    this.root.querySelector(".quote-preview button").addEventListener("click", () => this.setQuote(null));
  }

  #sendText() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.#fitInput();
    this.send({ text }, text);
  }

  // Each speaker in each chat has words of their own: nobody sends what another began.
  takeUpDraft() {
    const key = `${this.hooks.viewer()} in ${this.chat()}`;
    if (key === this.key) return;
    this.drafts.set(this.key, this.input.value);
    this.key = key;
    this.input.value = this.drafts.get(key) || "";
    this.#fitInput();
    this.setQuote(null);
  }

  #giveBack(draft, key) {
    if (key !== this.key) return void (this.drafts.get(key) || this.drafts.set(key, draft));
    if (!this.input.value) this.input.value = draft;
    this.#fitInput();
  }

  async send(content, draft = "") {
    const key = this.key;
    const quote = this.quote ? { quote: this.quote.id } : {};
    this.setQuote(null);
    this.#toEnd();
    try {
      await this.hooks.send({ ...content, ...quote });
    } catch (error) {
      this.say(error.message);
      if (draft) this.#giveBack(draft, key);
    }
  }

  // The panel under +: photos, videos and the location, and what else `extra` offers.
  offer(extra = []) {
    const file = make("input", { type: "file", accept: ACCEPTED, "aria-label": "发送照片或视频", "data-testid": `${this.name}-photo` });
    file.addEventListener("change", () => this.#sendFile(file));
    const photo = make("label", { className: "tile photo", children: [make("span", { text: "发送照片" }), file] });
    const sample = make("button", {
      type: "button",
      className: "tile",
      text: "示例照片",
      title: "手机拍的样子：带拍摄地点，竖着拿",
      "data-testid": `${this.name}-sample-photo`,
      onclick: () => this.#sendSample(),
    });
    const field = (label, name, value) =>
      make("label", { text: label, children: [make("input", { name, value, "aria-label": label })] });
    const place = make("div", {
      className: "tile place-form",
      children: [
        make("span", { text: "位置" }),
        field("地点", "label", "枫桥苑33号楼"),
        field("纬度", "lat", "30.12345"),
        field("经度", "lng", "120.54321"),
        make("button", {
          type: "button",
          text: "发送位置",
          "data-testid": `${this.name}-location`,
          onclick: () => this.#sendPlace(place),
        }),
      ],
    });
    this.more.replaceChildren(photo, sample, ...extra, place);
  }

  async #sendSample() {
    this.closeMore();
    try {
      await this.#sendPicked("image", await samplePhoto(), this.key);
    } catch (error) {
      this.say(error.message);
    }
  }

  // What was typed goes with a photo where the chat allows it; `key` is who picked it and where.
  async #sendPicked(kind, data, key) {
    if (key !== this.key) return void this.say("已换了人或群，没有发出。");
    const text = kind === "image" && this.hooks.captions?.() ? this.input.value.trim() : "";
    if (text) this.input.value = "";
    this.#fitInput();
    await this.send({ [kind]: data, ...(text && { text }) }, text);
  }

  async #sendFile(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    if (file.size > 10 * 1024 * 1024) return void this.say("照片和视频不能超过 10 MB。");
    this.closeMore();
    const key = this.key;
    await this.#sendPicked(file.type.startsWith("video/") ? "video" : "image", await fileAsBase64(file), key);
  }

  async #sendPlace(form) {
    const value = (name) => form.querySelector(`[name=${name}]`).value;
    this.closeMore();
    await this.send({ location: { lat: Number(value("lat")), lng: Number(value("lng")), label: value("label") } });
  }

  closeMore() {
    this.more.hidden = true;
    this.root.querySelector(".plus").setAttribute("aria-expanded", "false");
  }

  setQuote(message) {
    this.quote = message;
    const preview = this.root.querySelector(".quote-preview");
    preview.hidden = !message;
    if (!message) return;
    preview.firstElementChild.textContent = previewOf(message);
    this.input.focus();
  }

  // Another chat, or the same from the start.
  show(messages, now) {
    this.rows.clear();
    this.messages.clear();
    this.lastAt = 0;
    this.setQuote(null);
    this.list.replaceChildren();
    this.root.querySelector(".title").textContent = this.hooks.title();
    for (const message of messages) this.#place(message, now);
    this.#toEnd();
  }

  // A message that is new, or has changed.
  update(message, now) {
    const isKnown = this.rows.has(message.id);
    const wantsEnd = this.#wantsEnd();
    this.#place(message, now);
    if (wantsEnd || (!isKnown && message.sender === this.hooks.viewer())) this.#toEnd();
    else if (!isKnown) this.root.querySelector(".to-end").hidden = false;
  }

  #place(message, now) {
    this.messages.set(message.id, message);
    const view = { ...this.hooks.view(), viewer: this.hooks.viewer(), find: (id) => this.messages.get(id) };
    const row = bubble(message, view);
    const known = this.rows.get(message.id);
    this.rows.set(message.id, row);
    if (known) return known.replaceWith(row);
    const at = new Date(message.at);
    if (at - this.lastAt > GAP) {
      this.list.append(make("div", { className: "line time", text: timeLine(at, now) }));
      this.lastAt = at.getTime();
    }
    row.querySelector("img")?.addEventListener("load", () => this.#wantsEnd() && this.#toEnd());
    this.list.append(row);
  }

  typing(isTyping) {
    this.root.querySelector(".title").textContent = isTyping ? "对方正在输入…" : this.hooks.title();
  }

  // The group has another name or other members.
  retitle() {
    this.typing(false);
  }

  say(text) {
    const toast = this.root.querySelector(".toast");
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => (toast.hidden = true), 5000);
  }

  #fitInput() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 96)}px`;
  }

  #isAtEnd() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR;
  }

  // At the end, or left there while a picture grew above.
  #wantsEnd() {
    return this.#isAtEnd() || (this.staysAtEnd && this.list.scrollTop === this.endTop);
  }

  #toEnd() {
    this.staysAtEnd = true;
    this.list.scrollTop = this.list.scrollHeight;
    this.endTop = this.list.scrollTop;
    this.root.querySelector(".to-end").hidden = true;
  }
}
