// The page: it reads all the digits that came with it, then what is drawn or chosen.
import { picture } from "./drawing.js";
import { answer, BRIGHTEST, CLASSES, load, read } from "./network.js";
import { Pad } from "./pad.js";

const MODEL = "lenet_digits.onnx";
const DIGITS = "digits.json";
const INK = [27, 31, 36];

const element = (id) => document.getElementById(id);
const percent = (share) => `${(100 * share).toFixed(1)}\u00a0%`; // which no line is broken at

async function start() {
  showNothing();
  const [session, { pixels, labels }] = await Promise.all([load(MODEL), fetchDigits()]);
  const shares = await read(session, pixels);
  const answers = shares.map(answer);
  const right = answers.filter((digit, index) => digit === labels[index]).length;
  element("right").textContent = `${right} of ${labels.length}`;
  element("accuracy").textContent = `${((100 * right) / labels.length).toFixed(2)} %`;
  const pad = padOf(session);
  element("digits").append(...pixels.map((each, index) => tile(each, shares[index], labels[index], pad)));
  element("clear").addEventListener("click", () => {
    pad.clear();
    choose(null);
    showNothing();
  });
  element("only-wrong").addEventListener("click", ({ currentTarget }) => {
    currentTarget.setAttribute("aria-pressed", String(element("digits").classList.toggle("only-wrong")));
  });
  element("time").textContent = `${(await timeAlone(session, pixels)).toFixed(2)} ms`;
}

async function fetchDigits() {
  const response = await fetch(DIGITS);
  if (!response.ok) {
    throw new Error(`${DIGITS}: ${response.status} ${response.statusText}`);
  }
  return await response.json();
}

/** The mean time, in milliseconds, that one picture takes by itself. */
async function timeAlone(session, pictures) {
  const begin = performance.now();
  for (const pixels of pictures) {
    await read(session, [pixels]);
  }
  return (performance.now() - begin) / pictures.length;
}

/** The pad; what is drawn on it is read as it grows. */
function padOf(session) {
  const pad = new Pad(element("pad"), {
    started() {
      if (chosen()) {
        choose(null);
      }
    },
    async changed() {
      const { strokes } = pad;
      const pixels = picture(strokes);
      try {
        const [shares] = await read(session, [pixels]);
        if (strokes === pad.strokes) {
          show(pixels, shares);
        }
      } catch (error) {
        fail(error);
      }
    },
  });
  return pad;
}

/** One of the digits that came with the page, and what it is read as. */
function tile(pixels, shares, label, pad) {
  const digit = answer(shares);
  const wrong = digit !== label;
  const button = document.createElement("button");
  const canvas = document.createElement("canvas");
  const caption = document.createElement("span");
  button.type = "button";
  button.classList.toggle("wrong", wrong);
  button.setAttribute("aria-label", wrong ? `read as ${digit}, is ${label}: wrong` : `read as ${digit}`);
  button.setAttribute("aria-pressed", "false");
  canvas.width = canvas.height = 8;
  canvas.setAttribute("aria-hidden", "true");
  paint(canvas, pixels);
  caption.textContent = wrong ? `${digit}, is ${label}` : `${digit}`;
  button.append(canvas, caption);
  button.addEventListener("click", () => {
    pad.clear();
    choose(button);
    show(pixels, shares, wrong ? ` It is a ${label}.` : "");
  });
  return button;
}

function chosen() {
  return element("digits").querySelector('[aria-pressed="true"]');
}

/** Marks one digit as chosen, or, given `null`, none. */
function choose(button) {
  chosen()?.setAttribute("aria-pressed", "false");
  button?.setAttribute("aria-pressed", "true");
}

/** Shows what the network makes of a picture, and `remark` after it. */
function show(pixels, shares, remark = "") {
  const best = answer(shares);
  paint(element("seen"), pixels);
  element("verdict").textContent = `The network reads ${best}, and is ${percent(shares[best])} sure.${remark}`;
  element("bars").replaceChildren(...shares.map((share, digit) => bar(digit, share, percent(share), digit === best)));
}

function showNothing() {
  paint(element("seen"), new Array(64).fill(0));
  element("verdict").textContent = "Draw one, or choose one of the digits.";
  element("bars").replaceChildren(...Array.from({ length: CLASSES }, (_, digit) => bar(digit, 0, "", false)));
}

/** A row of the list of digits: how sure the network is of this one. */
function bar(digit, share, text, best) {
  const row = document.createElement("li");
  const [name, track, fill, amount] = ["name", "track", "fill", "share"].map((word) => {
    const part = document.createElement("span");
    part.className = word;
    return part;
  });
  name.textContent = digit;
  amount.textContent = text;
  fill.style.width = `${100 * share}%`;
  row.classList.toggle("best", best);
  track.append(fill);
  row.append(name, track, amount);
  return row;
}

/** Draws pixels from 0, which is clear, to 16, one a pixel of the canvas. */
function paint(canvas, pixels) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(8, 8);
  pixels.forEach((pixel, index) => image.data.set([...INK, (255 * pixel) / BRIGHTEST], 4 * index));
  context.putImageData(image, 0, 0);
}

function fail(error) {
  element("failure").textContent = `This page cannot read digits: ${error.message ?? error}`;
  element("failure").hidden = false;
  document.body.dataset.state = "failed";
}

start().then(() => {
  document.body.dataset.state = "ready";
}, fail);
