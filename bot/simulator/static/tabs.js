// On a narrow window the phones lie side by side: the tabs show which one is in view and where something waits.
const desk = document.getElementById("desk");
const tabs = [...document.querySelectorAll(".tabs button")];
const missed = new Set(); // names of phones whose open chat got something while out of view

const WHOLE = 0.9; // of its width
const REST = 200; // milliseconds without scrolling: what only passes by has not been seen

let active = 0;
let timer = 0;

const roomToScroll = () => desk.scrollWidth - desk.clientWidth;

function isInView(phone) {
  const { left, right, width } = phone.root.getBoundingClientRect();
  return Math.min(right, window.innerWidth) - Math.max(left, 0) > width * WHOLE;
}

export function startTabs(phones) {
  for (const tab of tabs) {
    const place = document.getElementById(`phone-${tab.dataset.phone}`);
    const go = { behavior: "smooth", inline: "center", block: "nearest" };
    tab.addEventListener("click", () => place.scrollIntoView(go));
  }
  const follow = () => {
    const room = roomToScroll();
    active = room > 0 ? Math.round((desk.scrollLeft / room) * (tabs.length - 1)) : 0;
    showTabs(phones);
    clearTimeout(timer);
    timer = setTimeout(() => {
      for (const phone of phones.filter(isInView)) missed.delete(phone.name);
      showTabs(phones);
    }, REST);
  };
  desk.addEventListener("scroll", follow);
  new ResizeObserver(follow).observe(desk);
}

export function noteArrival(phone) {
  if (!isInView(phone)) missed.add(phone.name);
}

export function showTabs(phones) {
  for (const phone of phones) {
    const tab = tabs.find(({ dataset }) => dataset.phone === phone.name);
    const options = [...phone.pickers.querySelectorAll("option")];
    const isUnread = missed.has(phone.name) || options.some((option) => "unread" in option.dataset);
    tab.toggleAttribute("data-unread", isUnread);
    tab.toggleAttribute("data-waiting", options.some((option) => "waiting" in option.dataset));
    tab.querySelector(".news").textContent = isUnread ? "有新消息" : "";
    if (tab === tabs[active]) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
  }
}
