import {
  BinaryBitmap,
  type BitMatrix,
  DecodeHintType,
  GlobalHistogramBinarizer,
  GridSamplerInstance,
  PerspectiveTransform,
  type QRCodeReader,
  type ResultPoint,
  RGBLuminanceSource,
} from '@zxing/library';

/**
 * Reads a symbol whose three corners were found, and which @zxing/library 0.21.3 then sampled wrongly. Its search for the fourth point, the alignment
 * pattern (ISO/IEC 18004:2015, 6.3.6), takes the first lone dark module that it meets, and for some texts that is one of the data: such a ticket would never
 * be read, however it is held. Here the whole pattern of 5 × 5 modules is compared, the symbol is cut out along its own edges, and the library's reader of
 * clean symbols, which measures nothing, gets it upright. To be deleted when the library's detector reads what `read-frame.test.ts` holds up.
 */
export function readCutOut(reader: QRCodeReader, bitmap: BinaryBitmap, points: readonly ResultPoint[]): string | undefined {
  const corners = cornersOf(points);
  if (corners === undefined) return undefined;
  // A picture in which corners were seen has its black and white already; one of a bare wall has none, and the library throws when it is asked for.
  const bits = bitmap.getBlackMatrix();
  for (const dimension of dimensionsOf(corners)) {
    const modules = sample(bits, corners, dimension);
    if (modules === undefined || !hasTiming(modules)) continue;
    const text = readUpright(reader, modules);
    if (text !== undefined) return text;
  }
  return undefined;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A corner with the width of its modules, as it was measured along a row of pixels. */
interface Corner extends Point {
  readonly moduleSize: number;
}

interface Corners {
  readonly topLeft: Corner;
  readonly topRight: Corner;
  readonly bottomLeft: Corner;
}

/** More are the noise of a patterned wall. */
const CORNERS_MAX = 9;
/** Legs of a right angle, equally long, have 0; a symbol that is tilted by a third has some 0.4. */
const SKEW_MAX = 0.6;

/** The three of the points that make the best half of a square. */
function cornersOf(points: readonly ResultPoint[]): Corners | undefined {
  const found = points.flatMap((point) =>
    isFinder(point) ? [{ x: point.getX(), y: point.getY(), moduleSize: point.getEstimatedModuleSize() }] : [],
  );
  let best: Corners | undefined;
  let leastSkew = SKEW_MAX;
  for (const topLeft of found.slice(0, CORNERS_MAX)) {
    for (const topRight of found.slice(0, CORNERS_MAX)) {
      for (const bottomLeft of found.slice(0, CORNERS_MAX)) {
        const skew = skewOf({ topLeft, topRight, bottomLeft });
        if (skew >= leastSkew) continue;
        leastSkew = skew;
        best = { topLeft, topRight, bottomLeft };
      }
    }
  }
  return best;
}

/** The library tells of corners and of alignment patterns alike; only a corner says how large its modules are. */
function isFinder(point: ResultPoint): point is ResultPoint & { getEstimatedModuleSize(): number } {
  return 'getEstimatedModuleSize' in point;
}

function skewOf({ topLeft, topRight, bottomLeft }: Corners): number {
  const [across, down] = [away(topLeft, topRight), away(topLeft, bottomLeft)];
  const [width, height] = [Math.hypot(across.x, across.y), Math.hypot(down.x, down.y)];
  const turn = across.x * down.y - across.y * down.x;
  // Both legs of a corner with itself are nothing; a turn to the left is a mirror's.
  if (width === 0 || height === 0 || turn <= 0) return Number.POSITIVE_INFINITY;
  const sizes = [topLeft.moduleSize, topRight.moduleSize, bottomLeft.moduleSize];
  const unlike = Math.log(Math.max(...sizes) / Math.min(...sizes));
  return Math.abs(across.x * down.x + across.y * down.y) / (width * height) + Math.abs(Math.log(width / height)) + unlike / 2;
}

const away = (from: Point, to: Point): Point => ({ x: to.x - from.x, y: to.y - from.y });

/** Modules of a side (21, 25, … 177), the likeliest first. */
function dimensionsOf({ topLeft, topRight, bottomLeft }: Corners): readonly number[] {
  const [across, down] = [away(topLeft, topRight), away(topLeft, bottomLeft)];
  const width = Math.hypot(across.x, across.y);
  // A row of pixels crosses the modules of a turned symbol at an angle, and finds them wider than they are.
  const upright = Math.max(Math.abs(across.x), Math.abs(across.y)) / width;
  const moduleSize = ((topLeft.moduleSize + topRight.moduleSize + bottomLeft.moduleSize) / 3) * upright;
  const modules = (width + Math.hypot(down.x, down.y)) / 2 / moduleSize + 7;
  const nearest = Math.round((modules - 17) / 4) * 4 + 17;
  return [nearest, ...(modules > nearest ? [nearest + 4, nearest - 4] : [nearest - 4, nearest + 4])].filter((side) => side >= 21 && side <= 177);
}

function sample(bits: BitMatrix, corners: Corners, dimension: number): BitMatrix | undefined {
  const { topLeft, topRight, bottomLeft } = corners;
  const fourth = alignmentPattern(bits, corners, dimension);
  const far = dimension - 3.5;
  const near = fourth === undefined ? far : dimension - 6.5;
  const { x, y } = fourth ?? { x: topRight.x - topLeft.x + bottomLeft.x, y: topRight.y - topLeft.y + bottomLeft.y };
  const transform = PerspectiveTransform.quadrilateralToQuadrilateral(
    ...([3.5, 3.5, far, 3.5, near, near, 3.5, far] as const),
    ...([topLeft.x, topLeft.y, topRight.x, topRight.y, x, y, bottomLeft.x, bottomLeft.y] as const),
  );
  try {
    return GridSamplerInstance.getInstance().sampleGridWithTransform(bits, dimension, dimension, transform);
  } catch (cause) {
    // Part of the symbol is outside of the picture.
    if (cause instanceof Error) return undefined;
    throw cause;
  }
}

/** How far the pattern may be from where a flat symbol would have it, and how finely it is looked for; in modules. */
const SEARCH = { reach: 4.5, step: 0.5 };
/** Of 25 modules; a smear takes one or two. */
const ALIKE_MIN = 22;

/** The middle of the alignment pattern at the bottom right: where the most modules are as they should be, in the mean of all such places. */
function alignmentPattern(bits: BitMatrix, { topLeft, topRight, bottomLeft }: Corners, dimension: number): Point | undefined {
  // The smallest symbol has none.
  if (dimension === 21) return undefined;
  const span = dimension - 7;
  const [across, down] = [away(topLeft, topRight), away(topLeft, bottomLeft)];
  const place = (column: number, row: number): Point => ({
    x: topLeft.x + ((column - 3.5) * across.x + (row - 3.5) * down.x) / span,
    y: topLeft.y + ((column - 3.5) * across.y + (row - 3.5) * down.y) / span,
  });
  let best = ALIKE_MIN - 1;
  let places: Point[] = [];
  for (let v = -SEARCH.reach; v <= SEARCH.reach; v += SEARCH.step) {
    for (let u = -SEARCH.reach; u <= SEARCH.reach; u += SEARCH.step) {
      const [column, row] = [dimension - 6.5 + u, dimension - 6.5 + v];
      const alike = likeness(bits, (i, j) => place(column + i, row + j));
      if (alike < best || alike < ALIKE_MIN) continue;
      if (alike > best) places = [];
      best = alike;
      places.push(place(column, row));
    }
  }
  if (places.length === 0) return undefined;
  const sum = places.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
  return { x: sum.x / places.length, y: sum.y / places.length };
}

/** How many of the 25 modules are as an alignment pattern has them: a dark ring, a light one, and a dark middle. */
function likeness(bits: BitMatrix, place: (i: number, j: number) => Point): number {
  let alike = 0;
  for (let j = -2; j <= 2; j++) {
    for (let i = -2; i <= 2; i++) {
      const { x, y } = place(i, j);
      const isInside = x >= 0 && y >= 0 && x < bits.getWidth() && y < bits.getHeight();
      const isDark = isInside && bits.get(Math.floor(x), Math.floor(y));
      if (isDark === (Math.max(Math.abs(i), Math.abs(j)) !== 1)) alike++;
    }
  }
  return alike;
}

/** Dark and light take turns between the corners (ISO/IEC 18004:2015, 6.3.4): a symbol that was cut with a wrong measure does not have it. */
function hasTiming(modules: BitMatrix): boolean {
  const last = modules.getWidth() - 9;
  let right = 0;
  for (let at = 8; at <= last; at++) {
    const isDark = at % 2 === 0;
    if (modules.get(at, 6) === isDark) right++;
    if (modules.get(6, at) === isDark) right++;
  }
  return right >= 2 * (last - 7) * 0.85;
}

const PIXELS_A_MODULE = 3;
const EDGE_MODULES = 4;

function readUpright(reader: QRCodeReader, modules: BitMatrix): string | undefined {
  const dimension = modules.getWidth();
  const side = (dimension + 2 * EDGE_MODULES) * PIXELS_A_MODULE;
  const picture = new Uint8ClampedArray(side * side).fill(255);
  for (let y = EDGE_MODULES * PIXELS_A_MODULE; y < side - EDGE_MODULES * PIXELS_A_MODULE; y++) {
    const row = Math.floor(y / PIXELS_A_MODULE) - EDGE_MODULES;
    for (let column = 0; column < dimension; column++) {
      if (modules.get(column, row))
        picture.fill(0, y * side + (column + EDGE_MODULES) * PIXELS_A_MODULE, y * side + (column + EDGE_MODULES + 1) * PIXELS_A_MODULE);
    }
  }
  try {
    const bitmap = new BinaryBitmap(new GlobalHistogramBinarizer(new RGBLuminanceSource(picture, side, side)));
    return reader.decode(bitmap, new Map([[DecodeHintType.PURE_BARCODE, true]])).getText();
  } catch (cause) {
    // Too many modules are wrong for its error correction.
    if (cause instanceof Error) return undefined;
    throw cause;
  }
}
