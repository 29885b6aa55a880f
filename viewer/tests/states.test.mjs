// The states that nobody wants: data that is an attack, a server that loads, is gone or has nothing,
// a browser that cannot.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { close, ENGLISH_PHONE, FRENCH_DESKTOP, idle, launch, open, until } from "./support/browser.mjs";
import { difference } from "./support/pictures.mjs";
import { demo, serve, start } from "./support/server.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

test("a server that has just been started gives a complete map; how soon is printed", async (t) => {
  const started = performance.now();
  const server = await start(["demo"]);
  const page = await open(browser, server.address, FRENCH_DESKTOP, notePoster);
  await idle(page);
  const idleAfter = performance.now() - started;
  const shown = await page.evaluate(() => window.posterShown && performance.timeOrigin + window.posterShown);
  assert.ok(shown, "without a graphics card the server's picture comes first");
  const seenAfter = shown - performance.timeOrigin - started;
  t.diagnostic(`cold start to first complete map: drawn by the server ${Math.round(seenAfter)} ms`);
  t.diagnostic(`the same by the browser, without a graphics card: ${Math.round(idleAfter)} ms`);
  assert.ok((await page.locator("#layers li").count()) > 0);
  page.problems = page.problems.filter((problem) => !/503/.test(problem));
  await close(page);
  await server.stop();
});

/** Notes when the server's picture has been on the screen for a frame. */
function notePoster(page) {
  return page.addInitScript(() => {
    const observer = new MutationObserver(() => {
      const poster = document.querySelector("#poster");
      if (!poster) return;
      observer.disconnect();
      poster.decode().then(() => requestAnimationFrame(() => setTimeout(() => {
        window.posterShown = performance.now();
      })));
    });
    observer.observe(document, { childList: true, subtree: true });
  });
}

for (const setting of [FRENCH_DESKTOP, ENGLISH_PHONE]) {
  const french = setting.lang === "fr";

  test(`scripts in data are shown as text (${setting.name})`, async () => {
    const attack = '<img src=x onerror="document.title=\'taken\'">';
    const ring = [[2, 43], [3, 43], [3, 44], [2, 44], [2, 43]];
    const server = await serve([{
      type: "Feature",
      geometry: { type: "Polygon", coordinates: [ring] },
      properties: { nom: attack, [attack]: `<script>${attack}</script>` },
    }]);
    const page = await open(browser, `${server.address}/#map=10/43.5/2.5`, setting);
    await idle(page);
    await page.mouse.click(setting.viewport.width / 2, setting.viewport.height / 2);
    const card = page.locator("#details");
    await card.locator(".found").waitFor();
    assert.equal(await card.locator(".name").innerText(), attack);
    assert.ok((await card.locator("dt").allInnerTexts()).some((name) => name.includes("<img")));
    assert.equal(await page.locator("img[onerror], script:not([src])").count(), 0);
    assert.doesNotMatch(await page.title(), /taken/);
    await close(page);
    await server.stop();
  });

  test(`a server that is gone is said to be, and the map completes itself when it is back (${setting.name})`, async () => {
    const first = await demo();
    const page = await open(browser, `${first.address}/?style=plan`, setting);
    await idle(page);
    await first.stop();
    await page.locator("#controls .pair button").first().click();
    const notice = page.locator("#notice");
    await notice.filter({ hasText: french ? "ne répond pas" : "does not answer" }).waitFor();
    const second = await start(["demo"], new URL(first.address).port);
    const tile = page.waitForResponse((answer) => answer.url().endsWith(".mvt") && answer.ok());
    await tile;
    await notice.filter({ hasText: french ? "ne répond pas" : "does not answer" }).waitFor({ state: "hidden" });
    await idle(page);
    // What a browser says of a server that is gone is no fault of the page.
    page.problems = page.problems.filter((problem) => !/Failed to load resource/.test(problem));
    await close(page);
    await second.stop();
  });

  test(`layers that load are waited for (${setting.name})`, async () => {
    const server = await demo();
    let isLoading = true;
    const page = await open(browser, `${server.address}/?style=plan`, setting, (prepared) =>
      prepared.route("**/health/ready", async (route) => {
        if (!isLoading) return route.continue();
        const layers = { ocs: { state: "loading" }, voies: { state: "ready" } };
        await route.fulfill({ status: 503, json: { ready: false, layers } });
      }),
    );
    const notice = page.locator("#notice", { hasText: french ? "charge encore" : "still loading" });
    await notice.waitFor();
    isLoading = false;
    await notice.waitFor({ state: "hidden" });
    await idle(page);
    page.problems = page.problems.filter((problem) => !/503/.test(problem));
    await close(page);
    await server.stop();
  });

  test(`without a graphics card the server's picture is there until the map is, and shows the same (${setting.name})`, async (t) => {
    const server = await demo();
    let release;
    const held = new Promise((resolve) => { release = resolve; });
    const page = await open(browser, `${server.address}/?style=plan&off=sol`, setting, (prepared) =>
      prepared.route("**/*.mvt", async (route) => {
        await held;
        await route.continue();
      }),
    );
    const poster = page.locator("#poster");
    await page.waitForFunction(() => document.querySelector("#poster")?.complete && document.querySelector("#layers li"));
    const drawnByServer = await page.screenshot();
    release();
    await idle(page);
    assert.equal(await poster.count(), 0);
    const share = await difference(browser, drawnByServer, await page.screenshot());
    t.diagnostic(`${(share * 100).toFixed(3)} % of the pixels differ`);
    assert.ok(share < 0.02, `${share} of the pixels differ`);
    await close(page);
    await server.stop();
  });

  test(`a style that the server cannot make is said to be one, asked for less and less, and shown once it is mended (${setting.name})`, async () => {
    const server = await demo();
    let isBroken = true;
    let asked = 0;
    const page = await open(browser, `${server.address}/?style=plan`, setting, async (prepared) => {
      // The page's own time passes as the test says.
      await prepared.clock.install();
      await prepared.route("**/styles/plan", (route) => {
        asked += 1;
        return isBroken ? route.fulfill({ status: 500, json: { code: "internal" } }) : route.continue();
      });
    });
    const underWay = new Set();
    page.on("request", (request) => underWay.add(request));
    // Not when it is finished: of an error nobody reads the body.
    page.on("response", (response) => underWay.delete(response.request()));
    page.on("requestfailed", (request) => underWay.delete(request));
    const notice = page.locator("#notice", { hasText: french ? "(erreur 500)" : "(error 500)" });
    await notice.waitFor();
    await page.getByText(french ? "Cette carte ne peut pas être affichée." : "This map cannot be shown.").waitFor();
    for (let second = 0; second < 60; second += 1) {
      const before = asked;
      await page.clock.runFor(1_000);
      // What was asked for is answered; what follows from it waits for the page's next second.
      await page.waitForTimeout(20);
      await until(page, () => underWay.size === 0, "answers");
      assert.ok(asked - before < 8, `${asked - before} times in a second`);
    }
    assert.ok(asked > 6, "it is tried again");
    assert.ok(asked < 30, `asked for ${asked} times in a minute`);
    await notice.waitFor();
    isBroken = false;
    await page.clock.resume();
    await idle(page);
    await notice.waitFor({ state: "hidden" });
    page.problems = page.problems.filter((problem) => !/500/.test(problem));
    await close(page);
    await server.stop();
  });

  test(`tiles that the server cannot make are asked for less and less, and it is said (${setting.name})`, async () => {
    const server = await demo();
    let isBroken = true;
    const page = await open(browser, `${server.address}/?style=plan`, setting, (prepared) =>
      prepared.route("**/*.mvt", (route) => (isBroken ? route.fulfill({ status: 500 }) : route.continue())));
    const notice = page.locator("#notice", { hasText: french ? "(erreur 500)" : "(error 500)" });
    await notice.waitFor();
    isBroken = false;
    await notice.waitFor({ state: "hidden" });
    await idle(page);
    page.problems = page.problems.filter((problem) => !/500/.test(problem));
    await close(page);
    await server.stop();
  });

  test(`a server without layers says so (${setting.name})`, async () => {
    const server = await demo();
    const page = await open(browser, server.address, setting, (prepared) =>
      prepared.route("**/catalog", (route) => route.fulfill({ json: { tiles: {}, styles: {} } })),
    );
    await page.getByText(french ? "Aucune couche n’est servie" : "No layer is served").waitFor();
    await close(page);
    await server.stop();
  });

  test(`a browser without WebGL is told what it lacks (${setting.name})`, async () => {
    const server = await demo();
    const lacking = await launch("--disable-3d-apis");
    const page = await open(lacking, server.address, setting);
    await page.getByText("WebGL 2").waitFor();
    await close(page);
    await lacking.close();
    await server.stop();
  });
}

test("it stands under any prefix of a proxy's", async () => {
  const server = await demo();
  const { createServer, request } = await import("node:http");
  const proxy = createServer((incoming, outgoing) => {
    const path = incoming.url.replace(/^\/cartes\/ici/, "");
    request(server.address + path, { headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    }).end();
  });
  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${proxy.address().port}/cartes/ici/`;
  const missing = [];
  const page = await open(browser, address, FRENCH_DESKTOP, (prepared) =>
    prepared.on("request", (asked) => {
      if (!asked.url().startsWith(address) && !asked.url().startsWith("blob:")) missing.push(asked.url());
    }),
  );
  await idle(page);
  assert.deepEqual(missing, []);
  await close(page);
  proxy.close();
  await server.stop();
});
