// Serves one model by onnxruntime-web's wasm: a line of JSON asks, a line of JSON answers, arrays lie in files.
//
//   node onnxruntime_web.mjs PACKAGE MODEL      PACKAGE is the folder of the npm package onnxruntime-web
//
// The first answer says that the model is loaded. A question is {"inputs": {NAME: TENSOR}, "folder": FOLDER},
// an answer {"outputs": {NAME: TENSOR}} or {"error": TEXT}; a tensor is {"type", "dims", "file"}, the file its
// elements as they lie in memory.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

console.log = console.info = console.error; // what the package says must not mix with the answers

const [, , folder, modelFile] = process.argv;
const answer = (content) => process.stdout.write(`${JSON.stringify(content)}\n`);
const failed = (error) => answer({ error: String(error?.message ?? error) });

const ARRAYS = {
  float32: Float32Array,
  float16: Uint16Array,
  uint8: Uint8Array,
  int64: BigInt64Array,
  int32: Int32Array,
  bool: Uint8Array,
};

function read(ort, { type, dims, file }) {
  const bytes = readFileSync(file);
  const copy = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  return new ort.Tensor(type, new ARRAYS[type](copy), dims);
}

function write({ type, dims, data }, file) {
  writeFileSync(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return { type, dims, file };
}

async function run(ort, session, { inputs, folder: into }) {
  const feeds = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, read(ort, tensor)]));
  const results = await session.run(feeds);
  return Object.fromEntries(
    session.outputNames.map((name, place) => [name, write(results[name], join(into, `output${place}`))]),
  );
}

try {
  const ort = createRequire(import.meta.url)(folder);
  ort.env.logLevel = "error";
  const session = await ort.InferenceSession.create(new Uint8Array(readFileSync(modelFile)), {
    executionProviders: ["wasm"],
  });
  answer({ loaded: ort.env.versions.web });
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      answer({ outputs: await run(ort, session, JSON.parse(line)) });
    } catch (error) {
      failed(error);
    }
  }
} catch (error) {
  failed(error);
}
process.exit();
