// The network: an ONNX model, run by ONNX Runtime's WebAssembly.
import * as ort from "./ort/ort.wasm.bundle.min.mjs";

// So small a network gains nothing by more threads; and one thread needs no cross-origin isolation.
ort.env.wasm.numThreads = 1;

/** The pixels of a picture, 8×8. */
export const PIXELS = 64;
/** What a pixel is at most; the network takes pixels from 0 to 1. */
export const BRIGHTEST = 16;
/** How many answers there are: the digits. */
export const CLASSES = 10;

/** Loads the model at `url`. */
export async function load(url) {
  return await ort.InferenceSession.create(url, { executionProviders: ["wasm"] });
}

/**
 * How sure the network is of each class, for each of a batch of pictures.
 *
 * `pictures` are arrays of 64 pixels from 0 to 16, row by row; the result has an array of 10 shares, whose sum
 * is 1, for each.
 */
export async function read(session, pictures) {
  const input = new Float32Array(pictures.length * PIXELS);
  pictures.forEach((pixels, index) => input.set(pixels.map((pixel) => pixel / BRIGHTEST), index * PIXELS));
  const feeds = { input: new ort.Tensor("float32", input, [pictures.length, 1, 8, 8]) };
  const { output } = await session.run(feeds);
  return pictures.map((_, index) => softmax(output.data.slice(index * CLASSES, (index + 1) * CLASSES)));
}

/** The class that the network is surest of. */
export function answer(shares) {
  return shares.indexOf(Math.max(...shares));
}

function softmax(scores) {
  const largest = Math.max(...scores);
  const powers = Array.from(scores, (score) => Math.exp(score - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
