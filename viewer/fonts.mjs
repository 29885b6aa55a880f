// Puts the fonts of the maps beside the built viewer, from where build.rs takes both: Source Sans 3,
// under the Open Font License, whose text goes with them. The browser never loads these files: the
// server makes glyphs of them.

import { copyFileSync, mkdirSync } from "node:fs";

const family = new URL("node_modules/@expo-google-fonts/source-sans-3/", import.meta.url);
const dist = new URL("dist/fonts/", import.meta.url);

mkdirSync(dist, { recursive: true });
for (const style of ["400Regular", "400Regular_Italic", "600SemiBold"]) {
  const file = `SourceSans3_${style}.ttf`;
  copyFileSync(new URL(`${style}/${file}`, family), new URL(file, dist));
}
copyFileSync(new URL("LICENSE_FONT", family), new URL("OFL.txt", dist));
