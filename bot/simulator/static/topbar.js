// The slim bar: the platform's time, its faults, what went over the wire.
import { get, post, remove } from "./api.js";
import { clockText, make } from "./dom.js";

const FAULT_NAMES = {
  slow: "变慢",
  reset: "断开连接（没办）",
  lost: "断开连接（已办）",
  html: "返回网页",
  busy: "系统繁忙 -1",
  expired: "令牌过期 42001",
  quota: "超出额度 45009",
  removed: "机器人被移出群 93000",
  untrusted: "地址不可信 60020",
  duplicate: "回调重复送达",
  skew: "回调时间不准",
  stale: "重连后不认旧消息",
};
const PATHS = {
  "*": "全部",
  "/cgi-bin/message/custom/send": "客服消息",
  "/cgi-bin/webhook/send": "群消息推送",
  "/cgi-bin/externalcontact/add_msg_template": "客户群群发",
  "/cgi-bin/stable_token": "公众号令牌",
  "/cgi-bin/gettoken": "企业微信令牌",
  "/cgi-bin/media/get": "下载照片",
  "/wechat/main": "公众号回调",
  "/wecom/robot/main": "机器人回调",
  "/wecom/app/main": "应用回调",
  "/cgi-bin/message/send": "应用消息",
  "/cgi-bin/appchat/send": "应用群消息",
  "/simulator/socket": "机器人长连接",
};
const KEPT = 30; // entries shown
const find = (selector) => document.querySelector(selector);

let shift = 0; // milliseconds from this browser's clock to the platform's

export const platformNow = () => new Date(Date.now() + shift);

export function setClock(iso) {
  shift = new Date(iso).getTime() - Date.now();
  find(".clock").textContent = clockText(platformNow());
}

export function startTopbar(onTrouble) {
  const guard = (work) => async (event) => {
    event?.preventDefault();
    try {
      await work(event);
    } catch (error) {
      onTrouble(error.message);
    }
  };
  setInterval(() => (find(".clock").textContent = clockText(platformNow())), 1000);
  for (const button of document.querySelectorAll("[data-jump]")) {
    const jump = () => post("clock", { advance_seconds: Number(button.dataset.jump) });
    button.addEventListener("click", guard(async () => setClock((await jump()).now)));
  }
  const form = find("#fault-form");
  fill(form.kind, FAULT_NAMES);
  fill(form.path, PATHS);
  form.addEventListener("submit", guard(() => post("faults", faultOf(form))));
  find("#faults-off").addEventListener("click", guard(() => remove("faults")));
  document.addEventListener("click", (event) => {
    for (const open of document.querySelectorAll("details.popover[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  });
}

function fill(select, options) {
  select.replaceChildren(...Object.entries(options).map(([value, text]) => make("option", { value, text })));
}

function faultOf(form) {
  const needsSeconds = ["slow", "skew"].includes(form.kind.value);
  return {
    kind: form.kind.value,
    path: form.path.value,
    seconds: needsSeconds ? Number(form.seconds.value) : 0,
    count: form.count.value ? Number(form.count.value) : null,
  };
}

export function showFaults(faults) {
  const count = find("#faults .count");
  count.hidden = faults.length === 0;
  count.textContent = faults.length;
  const rows = faults.map((fault) => {
    const often = fault.every > 1 ? `每 ${fault.every} 次` : fault.share < 1 ? `${Math.round(fault.share * 100)}%` : "";
    const times = [often, fault.left === null ? "一直" : `还有 ${fault.left} 次`].filter(Boolean).join("，");
    const text = `${FAULT_NAMES[fault.kind]} · ${PATHS[fault.path] || fault.path} · ${times}`;
    const onclick = () => remove(`faults?id=${fault.id}`);
    const off = make("button", { type: "button", text: "×", "aria-label": `关掉：${text}`, onclick });
    return make("li", { children: [make("span", { text }), off] });
  });
  find(".faults-on").replaceChildren(...rows);
}

export async function loadTopbar() {
  const [{ faults }, { requests, callbacks }] = [await get("faults"), await get("ledgers")];
  showFaults(faults);
  find(".requests").replaceChildren();
  const entries = [...requests.map((e) => ["request", e]), ...callbacks.map((e) => ["callback", e])];
  entries.sort((one, other) => one[1].number - other[1].number);
  for (const [kind, entry] of entries.slice(-KEPT)) noteEntry(kind, entry);
}

const OUTCOMES = { answered: "已回复", silent: "收到", failed: "失败" };

export function noteEntry(kind, entry) {
  const isOut = kind === "callback";
  const path = entry.path.replace("/cgi-bin/", "").replace("/simulator/socket", "长连接");
  const result = isOut ? OUTCOMES[entry.outcome] + (entry.reason ? `：${entry.reason}` : "") : entry.answer;
  const isBad = isOut ? entry.outcome === "failed" : !/^(0 |file)/.test(entry.answer);
  const list = find(".requests");
  const seconds = isOut && entry.attempts.length ? ` · ${Math.max(1, Math.round(entry.attempts.at(-1).seconds * 1000))} 毫秒` : "";
  list.prepend(
    make("li", {
      className: isBad ? "bad" : "",
      children: [
        make("span", { className: "way", text: isOut ? "平台 → 回音" : "回音 → 平台" }),
        make("span", { className: "path", text: path }),
        make("span", { className: "result", text: `${result}${seconds}` }),
      ],
    }),
  );
  while (list.children.length > KEPT) list.lastElementChild.remove();
  const latest = find(".latest");
  latest.textContent = `${path} ${isOut ? OUTCOMES[entry.outcome] : entry.answer}`;
  latest.classList.toggle("bad", isBad);
}
