// Copies the files that the pages load from node_modules/ into vendor/, and nothing else.
import { copyFile, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const FILES = [
  ["@tabler/core/dist/css/tabler.min.css", "tabler.min.css"],
  ["echarts/dist/echarts.min.js", "echarts.min.js"],
  ["echarts/LICENSE", "echarts.LICENSE"],
  ["echarts/NOTICE", "echarts.NOTICE"],
  ["socket.io-client/dist/socket.io.esm.min.js", "socket.io.esm.min.js"],
  ["socket.io-client/LICENSE", "socket.io-client.LICENSE"],
];

const here = dirname(fileURLToPath(import.meta.url));
const vendor = join(here, "vendor");

await rm(vendor, { recursive: true, force: true });
await mkdir(vendor);
for (const [from, to] of FILES) {
  await copyFile(join(here, "node_modules", from), join(vendor, to));
}
