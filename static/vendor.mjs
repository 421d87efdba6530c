// Copies what is used of the packages in node_modules/, and nothing else: the files that the pages load into vendor/,
// and the weights of the face detector into ../model/vendor/.
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PurgeCSS } from "purgecss";

const FILES = [
  ["echarts/dist/echarts.min.js", "echarts.min.js"],
  ["echarts/LICENSE", "echarts.LICENSE"],
  ["echarts/NOTICE", "echarts.NOTICE"],
  ["socket.io-client/dist/socket.io.esm.min.js", "socket.io.esm.min.js"],
  ["socket.io-client/LICENSE", "socket.io-client.LICENSE"],
];
// Three quarters of it would go to every browser for nothing.
const STYLES = ["@tabler/core/dist/css/tabler.min.css", "tabler.min.css"];
// Where a class of it may be named, whole: none is put together of parts.
const NAMED_IN = ["templates/**/*.html", "static/js/**/*.js", "webapp/web/**/*.py", "webapp/runtime/processes/*.py"];
// The lock file pins the package; this pins each file, as webapp/vision/faces/blazeface.py does when it loads them.
const WEIGHTS = [
  ["face_detection_full_range.tflite", "99bf9494d84f50acc6617d89873f71bf6635a841ea699c17cb3377f9507cfec3"],
  ["face_detection_short_range.tflite", "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633"],
];

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "node_modules");

const vendor = await emptied(join(here, "vendor"));
for (const [from, to] of FILES) {
  await copyFile(join(packages, from), join(vendor, to));
}

const [from, to] = STYLES;
const [styles] = await new PurgeCSS().purge({
  css: [join(packages, from)],
  content: NAMED_IN.map((pattern) => join(here, "..", pattern)),
});
await writeFile(join(vendor, to), styles.css);

const weights = await emptied(join(here, "..", "model", "vendor"));
for (const [name, expected] of WEIGHTS) {
  const file = join(packages, "@mediapipe", "face_detection", name);
  const came = createHash("sha256").update(await readFile(file)).digest("hex");
  if (came !== expected) {
    throw new Error(`${name}: expected SHA-256 ${expected}, came ${came}`);
  }
  await copyFile(file, join(weights, name));
}

async function emptied(folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  return folder;
}
