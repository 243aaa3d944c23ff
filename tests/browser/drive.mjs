// Opens a page in Chromium as a reader would, and prints what it shows as JSON.
//
//     node drive.mjs < ORDER
//
// ORDER is JSON: `url`; `chromium`, the program; `profile`, an empty folder; `root`, whether it runs as root;
// `playwright`, a file beside which playwright-core is installed; `strokes`, drawings, each a list of strokes, each
// a list of points from [0, 0] to [1, 1]; `chosen`, numbers of digits to choose.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const order = JSON.parse(readFileSync(0, "utf8"));
const { chromium } = createRequire(order.playwright)("playwright-core");

const context = await chromium.launchPersistentContext(order.profile, {
  executablePath: order.chromium,
  headless: true,
  chromiumSandbox: !order.root, // Chromium refuses to sandbox what root runs
  serviceWorkers: "block",
  viewport: { width: 1280, height: 900 },
  args: [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", // no name is looked up
  ],
});

const [asked, complaints] = [[], []];
const home = new URL(order.url).origin;
await context.route("**/*", async (route) => {
  const address = new URL(route.request().url());
  asked.push(address.href);
  await (address.origin === home ? route.continue() : route.abort());
});
const page = await context.newPage();
page.setDefaultTimeout(15_000);
page.on("pageerror", (error) => complaints.push(String(error)));
page.on("console", (message) => {
  if (["error", "warning"].includes(message.type())) {
    complaints.push(message.text());
  }
});

await page.goto(order.url);
await page.waitForSelector('[data-state="ready"], [data-state="failed"]', { timeout: 60_000 });
if ((await page.getAttribute("body", "data-state")) === "failed") {
  console.error(await page.locator("#failure").textContent(), complaints);
  process.exit(1);
}
const text = async (selector) => await page.locator(selector).textContent();
const texts = async (selector) => await page.locator(selector).allTextContents();

const reading = async () => ({
  verdict: await text("#verdict"),
  shares: await texts("#bars .share"),
  best: await texts("#bars .best .name"),
});

const totals = { right: await text("#right"), accuracy: await text("#accuracy"), time: await text("#time") };
const captions = await texts("#digits button span");

const chosen = [];
for (const number of order.chosen) {
  await page.locator("#digits button").nth(number).click();
  chosen.push(await reading());
}

const drawn = [];
const pad = page.locator("#pad");
for (const strokes of order.strokes) {
  await page.locator("#clear").click();
  await pad.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await pad.boundingBox();
  for (const [first, ...rest] of strokes) {
    await page.mouse.move(x + first[0] * width, y + first[1] * height);
    await page.mouse.down();
    for (const point of rest) {
      await page.mouse.move(x + point[0] * width, y + point[1] * height);
    }
    await page.mouse.up();
  }
  await page.waitForSelector('#pad[aria-busy="false"]');
  drawn.push(await reading());
}

await page.locator("#only-wrong").click();
const shown = await page.locator("#digits button:visible").count();
await context.close();
console.log(JSON.stringify({ totals, captions, chosen, drawn, shown, asked, complaints }));
