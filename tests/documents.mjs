// Whether the documents hold together: links lead to files and headings that are there, pictures are shown, every
// decision is in its index, the tests that docs/faults.md names exist, and ARCHITECTURE and README keep to their sizes.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SIZES = { "ARCHITECTURE.md": 10_000, "README.md": 6_000 };

const read = (file) => readFileSync(join(ROOT, file), "utf8");

/** The files below a folder, without those that are built or installed. */
function below(folder) {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (["node_modules", "target", "dist"].includes(entry.name)) return [];
    return entry.isDirectory() ? below(path) : [path];
  });
}

/** A heading as GitHub makes an anchor of it. */
const anchor = (heading) =>
  heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[`*]/g, "").trim().toLowerCase()
    .replace(/[^\p{L}\p{N}_\- ]/gu, "").replaceAll(" ", "-");

const wrong = [];
const documents = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "fuzz/README.md"]
  .concat(below("docs").filter((file) => file.endsWith(".md")));
const linked = new Set();
for (const document of documents) {
  const text = read(document).replace(/```[^]*?```/g, "");
  for (const [, link] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(link)) continue;
    const [path, heading] = link.split("#");
    const file = path ? normalize(join(dirname(document), path)) : document;
    linked.add(file);
    if (!existsSync(join(ROOT, file))) wrong.push(`${document}: there is no ${file}`);
    else if (heading && file.endsWith(".md")) {
      const headings = [...read(file).matchAll(/^#+ (.*)/gm)].map(([, title]) => anchor(title));
      if (!headings.includes(heading)) wrong.push(`${document}: ${file} has no heading #${heading}`);
    }
  }
}

for (const picture of below("docs/images").filter((file) => !linked.has(file))) wrong.push(`no document shows ${picture}`);
for (const decision of below("docs/decisions")) {
  if (basename(decision) !== "README.md" && !linked.has(decision)) wrong.push(`docs/decisions/README.md lacks ${decision}`);
}

const code = new Map(["src", "tests"].flatMap(below).filter((file) => file.endsWith(".rs")).map((file) => [file, read(file)]));
for (const [, module, test] of read("docs/faults.md").matchAll(/`(?:(\w+)::)?(\w{15,})`/g)) {
  const homes = [...code].filter(([, text]) => text.includes(`fn ${test}(`)).map(([file]) => file);
  if (!homes.some((file) => !module || file === `tests/promises/${module}.rs`)) wrong.push(`docs/faults.md: there is no test ${module ? `${module}::` : ""}${test}`);
}

for (const [file, most] of Object.entries(SIZES)) {
  const bytes = Buffer.byteLength(read(file));
  if (bytes > most) wrong.push(`${file} has ${bytes} bytes, ${most} at most`);
}

if (wrong.length) {
  console.error(wrong.join("\n"));
  process.exit(1);
}
