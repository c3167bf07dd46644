// Two small safe subsets: the links of an account's text, and the markdown of groups.
import { make, safeLink } from "./dom.js";

const ACCOUNT_LINK = /<a\s+[^>]*?href=(?:"([^"]*)"|'([^']*)')[^>]*>([\s\S]*?)<\/a>|https?:\/\/[^\s<>"'，。；）】]+/gi;

// Text of the account: <a href> and bare addresses become links, a menu link speaks for the resident.
export function accountText(text, onMenu) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(ACCOUNT_LINK)) {
    if (match.index > end) nodes.push(document.createTextNode(text.slice(end, match.index)));
    end = match.index + match[0].length;
    const url = match[1] ?? match[2] ?? match[0];
    nodes.push(menuLink(url, match[3], onMenu) ?? safeLink(url, match[3] ?? url));
  }
  nodes.push(document.createTextNode(text.slice(end)));
  return nodes;
}

function menuLink(url, text, onMenu) {
  if (!url.startsWith("weixin://bizmsgmenu?") || !onMenu) return null;
  const query = new URLSearchParams(url.slice(url.indexOf("?") + 1));
  const content = query.get("msgmenucontent") || text;
  const onclick = () => onMenu(content, query.get("msgmenuid") || "");
  return make("button", { className: "textlink", type: "button", text, onclick });
}

const INLINE = new RegExp(
  [
    String.raw`\*\*([^*\n]+)\*\*`,
    String.raw`<font\s+color=["']?(info|comment|warning)["']?>([\s\S]*?)</font>`,
    String.raw`\[([^\]\n]+)\]\((https?://[^)\s]+)\)`,
    "`([^`\\n]+)`",
    String.raw`<@([^>\s]+)>`,
  ].join("|"),
  "gi",
);

// Markdown of a robot or webhook: bold, colours, links, code, mentions; quotes, headings and lists by line.
export function markdown(text, nameOf) {
  const lines = text.replace(/<think>[\s\S]*?(<\/think>|$)/g, "").split("\n");
  return lines.map((line) => {
    const quote = /^\s*>\s?(.*)$/.exec(line);
    if (quote) return make("div", { className: "md-quote", children: inline(quote[1], nameOf) });
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    if (heading) return make("div", { className: "md-heading", children: inline(heading[2], nameOf) });
    const item = /^\s*[-*]\s+(.*)$/.exec(line);
    if (item) return make("div", { className: "md-item", children: inline(item[1], nameOf) });
    return make("div", { className: "md-line", children: inline(line, nameOf) });
  });
}

function inline(text, nameOf) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > end) nodes.push(document.createTextNode(text.slice(end, match.index)));
    end = match.index + match[0].length;
    nodes.push(inlineNode(match, nameOf));
  }
  nodes.push(document.createTextNode(text.slice(end)));
  return nodes;
}

// The words alone, for one line of preview.
export function plainWords(text) {
  return text.replace(/<\/?font[^>]*>|\*\*|`|^\s*[>#]+\s?/gim, "").replace(/\s*\n\s*/g, " ");
}

function inlineNode([, bold, colour, coloured, label, url, code, userid], nameOf) {
  if (bold) return make("strong", { children: inline(bold, nameOf) });
  if (colour) return make("span", { className: `md-${colour.toLowerCase()}`, children: inline(coloured, nameOf) });
  if (label) return safeLink(url, label);
  if (code) return make("code", { text: code });
  return make("span", { className: "md-mention", text: `@${nameOf(userid)}` });
}
