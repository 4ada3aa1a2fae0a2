// "Show messages in this browser": asks the browser, and hands what it gives to the form.

const SAYS = {
  none: "This browser cannot show messages of pages that are closed.",
  denied: "The browser does not allow it. Change that in its settings for this page.",
  failed: "The browser could not be reached. Try again in a moment.",
};

const place = document.getElementById("this-browser");
const words = place?.querySelector("[data-push-words]");

place?.querySelector("[data-push]").addEventListener("click", async () => {
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) return say("none");
  if ((await Notification.requestPermission()) !== "granted") return say("denied");
  try {
    hand(await subscribe());
  } catch {
    say("failed");
  }
});

function say(what) {
  words.textContent = SAYS[what];
}

async function subscribe() {
  const registration = await activated(await navigator.serviceWorker.register(place.dataset.pushWorker));
  const known = await registration.pushManager.getSubscription();
  if (known && keyOf(known) === place.dataset.pushKey) return known;
  await known?.unsubscribe();
  const options = { userVisibleOnly: true, applicationServerKey: place.dataset.pushKey };
  return registration.pushManager.subscribe(options);
}

// The page lies outside the worker's own folder, so that waiting for "ready" would never end.
async function activated(registration) {
  const worker = registration.installing ?? registration.waiting;
  if (registration.active || !worker) return registration;
  await new Promise((done) => {
    worker.addEventListener("statechange", () => worker.state === "activated" && done());
  });
  return registration;
}

function keyOf(subscription) {
  const bytes = new Uint8Array(subscription.options.applicationServerKey);
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function hand(subscription) {
  const form = place.querySelector("[data-push-form]");
  const { endpoint, keys } = subscription.toJSON();
  form.elements.address.value = endpoint;
  form.elements.p256dh.value = keys.p256dh;
  form.elements.auth.value = keys.auth;
  form.requestSubmit();
}
