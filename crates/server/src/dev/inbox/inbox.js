// Copies a code, and shows new messages as they arrive.

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
}

for (const time of document.querySelectorAll("time")) {
  time.textContent = new Date(time.dateTime).toLocaleTimeString();
}

setInterval(async () => {
  // A message that is being read stays open.
  if (document.hidden || document.querySelector("details[open]")) return;
  try {
    const messages = await (await fetch("/dev/inbox/messages")).json();
    if ((messages[0]?.id ?? "") !== document.body.dataset.newest) location.reload();
  } catch {
    // The server is being restarted.
  }
}, 1500);
