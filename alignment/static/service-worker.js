// Shows what the server pushes, and opens its page when pressed. It keeps and fetches nothing.

self.addEventListener("push", (event) => {
  const told = event.data?.json() ?? {};
  const notice = { body: told.body, tag: told.thread || undefined, data: { link: told.link || "/" } };
  event.waitUntil(self.registration.showNotification(told.title ?? "Alignment", notice));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const page = new URL(event.notification.data.link, self.location.origin);
  // A message leads to a page of ours and to nothing else.
  if (page.origin === self.location.origin) event.waitUntil(self.clients.openWindow(page.href));
});
