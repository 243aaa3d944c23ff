// What somebody draws, as the digits of the data set are: its forms were scanned, each digit scaled to a box
// of a bitmap, its strokes made about equally wide, and each block of the bitmap counted.

/** The bitmap's side; a block's; the pictures'. */
const FIELD = 32;
const BLOCK = 4;
const SIDE = FIELD / BLOCK;

/** The width of the box that digits fill; a narrow one, such as a 1, keeps its proportions. */
const BOX = 20;
const NARROW = 10;

/** How many dots of ink a digit has: their mean in the data set, 19.5 of 64 pixels. */
const INK = 312;
const THINNEST = 1;
const THICKEST = 4;
const STEP = 0.25;

/**
 * The picture, 64 counts from 0 to 16 row by row, of some strokes: each a list of points `[x, y]`, of whatever
 * unit.
 */
export function picture(strokes) {
  let best = new Uint8Array(FIELD * FIELD);
  for (let radius = THINNEST; radius <= THICKEST; radius += STEP) {
    const dots = bitmap(fitted(strokes, radius), radius);
    if (Math.abs(ink(dots) - INK) < Math.abs(ink(best) - INK)) {
      best = dots;
    }
  }
  return counts(best);
}

/** The strokes, moved and scaled so that a pen of this radius fills the box and leaves it nowhere. */
function fitted(strokes, radius) {
  const points = strokes.flat();
  const [left, right] = ends(points.map(([x]) => x));
  const [top, bottom] = ends(points.map(([, y]) => y));
  const width = right - left;
  // What is much wider than it is high stays so: a lone stroke across is no digit's height.
  const height = Math.max(bottom - top, width / 2, Number.EPSILON);
  const down = (FIELD - 2 * radius) / height;
  const across = width === 0 ? 1 : (boxed(width * down + 2 * radius) - 2 * radius) / width;
  const middle = [(left + right) / 2, (top + bottom) / 2];
  return strokes.map((stroke) =>
    stroke.map(([x, y]) => [FIELD / 2 + (x - middle[0]) * across, FIELD / 2 + (y - middle[1]) * down]),
  );
}

/** How wide what would be so wide is drawn: what is narrow stays, all else goes over to the box's width. */
function boxed(width) {
  return width <= NARROW ? width : Math.min(2 * width - NARROW, BOX);
}

function ends(numbers) {
  return [Math.min(...numbers), Math.max(...numbers)];
}

/** The dots whose middle a pen of this radius passes over, row by row. */
function bitmap(strokes, radius) {
  const dots = new Uint8Array(FIELD * FIELD);
  for (const stroke of strokes) {
    stroke.forEach((end, index) => mark(dots, stroke[Math.max(index - 1, 0)], end, radius));
  }
  return dots;
}

function mark(dots, start, end, radius) {
  const [first, last] = ends([start[1], end[1]]);
  const [leftmost, rightmost] = ends([start[0], end[0]]);
  for (let row = Math.max(Math.floor(first - radius), 0); row < Math.min(last + radius, FIELD); row++) {
    for (let column = Math.max(Math.floor(leftmost - radius), 0); column < Math.min(rightmost + radius, FIELD); column++) {
      if (distance([column + 0.5, row + 0.5], start, end) <= radius) {
        dots[row * FIELD + column] = 1;
      }
    }
  }
}

/** How far a point is from the line between two others. */
function distance([x, y], [fromX, fromY], [toX, toY]) {
  const [acrossX, acrossY] = [toX - fromX, toY - fromY];
  const squared = acrossX ** 2 + acrossY ** 2;
  const along = squared === 0 ? 0 : ((x - fromX) * acrossX + (y - fromY) * acrossY) / squared;
  const share = Math.min(Math.max(along, 0), 1);
  return Math.hypot(x - fromX - share * acrossX, y - fromY - share * acrossY);
}

function ink(dots) {
  return dots.reduce((sum, dot) => sum + dot, 0);
}

/** The dots in each block, row by row. */
function counts(dots) {
  const blocks = new Array(SIDE * SIDE).fill(0);
  dots.forEach((dot, index) => {
    const [row, column] = [Math.floor(index / FIELD), index % FIELD];
    blocks[Math.floor(row / BLOCK) * SIDE + Math.floor(column / BLOCK)] += dot;
  });
  return blocks;
}
