// The simulator's JSON API. Every refusal becomes an Error whose message is a sentence.
const BASE = "/simulator/api/";

async function answerOf(response) {
  let body = {};
  try {
    body = await response.json();
  } catch {
    // not JSON: the status says enough
  }
  if (!response.ok) throw new Error(body.error || `请求没有成功（${response.status}）。`);
  return body;
}

export async function get(path) {
  return answerOf(await fetch(BASE + path, { cache: "no-store" }));
}

export async function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  return answerOf(await fetch(BASE + path, { method: "POST", headers, body: JSON.stringify(body) }));
}

export async function remove(path) {
  return answerOf(await fetch(BASE + path, { method: "DELETE" }));
}

// Live updates; `onReload` when something may have been missed.
export function follow(after, { onEvent, onReload, onState }) {
  const source = new EventSource(`${BASE}stream?after=${after}`);
  let wasLost = false;
  source.onopen = () => {
    onState(true);
    if (wasLost) onReload();
    wasLost = false;
  };
  source.onerror = () => {
    wasLost = true;
    onState(false);
  };
  source.addEventListener("reload", onReload);
  for (const kind of ["message", "task", "request", "callback", "fault", "clock", "menu", "person", "group"]) {
    source.addEventListener(kind, (event) => onEvent(kind, JSON.parse(event.data)));
  }
}

export async function samplePhoto() {
  const response = await fetch(`${BASE}samples/photo`, { cache: "no-store" });
  if (!response.ok) throw new Error("没有取到示例照片。");
  return fileAsBase64(await response.blob());
}

export function fileAsBase64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",")[1] || "");
    reader.onerror = () => reject(new Error("读不出这个文件。"));
    reader.readAsDataURL(file);
  });
}
