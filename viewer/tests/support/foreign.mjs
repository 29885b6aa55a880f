// A member's page, which knows nothing of us: of another origin, with a content security policy of its own,
// and styles that mean no harm and do it.

import { createServer } from "node:http";
import { once } from "node:events";

/** What docs/widget.md tells hosts to allow: scripts, data and images of the map's server, and workers by blob. */
export function policyFor(server) {
  return [
    "default-src 'none'", `script-src ${server}`, `connect-src ${server}`, `img-src ${server}`,
    `worker-src blob: ${server}`, "style-src 'self'",
  ].join("; ");
}

/** Rules of the kind that grown sites have: resets, frameworks, somebody's last resort. */
export const HOSTILE = `
  html { font-size: 62.5% }
  body { margin: 0; line-height: 3; letter-spacing: 0.3em; text-transform: uppercase; color: red; direction: rtl;
    font-family: fantasy; visibility: visible; text-align: right }
  body * { box-sizing: content-box !important; transition: all 2s !important; float: left !important; opacity: 0.2 !important;
    cursor: wait !important }
  div, p, canvas, img, section { display: none !important; position: static !important; max-width: 10px !important }
  button, a, ul, li { display: none !important; background: lime !important; padding: 40px !important; font-size: 50px !important }
  h1, main { all: revert; display: block !important; float: none !important }
  tuilerie-map { margin: 20px auto; max-width: 800px; transform: rotate(3deg); font-size: 60px }
`;

/** Serves pages by their paths, each `{ body, policy }`, and `/hostile.css`; its address, and a way to stop it. */
export async function foreign(pages) {
  const server = createServer(({ url }, answer) => {
    const { pathname } = new URL(url, "http://x");
    if (pathname.endsWith(".css")) return answer.writeHead(200, { "Content-Type": "text/css" }).end(HOSTILE);
    const page = pages[pathname];
    if (!page) return answer.writeHead(204).end();
    const headers = { "Content-Type": "text/html; charset=utf-8" };
    if (page.policy) headers["Content-Security-Policy"] = page.policy;
    answer.writeHead(200, headers).end(
      `<!doctype html><html lang="${page.lang ?? "fr"}"><head><title>Mairie</title>${page.head ?? ""}</head><body>${page.body}</body></html>`,
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // Another name than the map's server, and so another origin and another site.
  const address = `http://localhost:${server.address().port}`;
  return { address, stop: () => new Promise((done) => server.close(done) && server.closeAllConnections()) };
}
