import { assert } from '#core/base/fault.ts';
import { SeatPlan } from '#core/contract/box-office/programme.ts';
import type { BothLanguages } from '#core/contract/values.ts';

/**
 * A screen as a person draws it: one string a row, the row nearest the picture first, one letter a place. An empty string is a passage across the whole
 * screen and takes no label.
 *
 * `f` front, `s` standard, `p` premium; `(` and `)` the halves of a couple seat; `W` wheelchair, `C` companion (both in the standard zone); `.` nothing.
 */
export interface PlanDrawing {
  readonly screenId: string;
  readonly name: BothLanguages;
  readonly rows: readonly string[];
  /** `numbers` counts 1, 2, 3 …, `letters` A, B, C …; labels in `without` are left out, as houses leave out 4, 13 or the letter I. */
  readonly rowLabels: { readonly style: 'numbers' | 'letters'; readonly without?: readonly string[] };
  readonly seatLabels: { readonly from: 'left' | 'right'; readonly without?: readonly string[] };
  /** Kept by the house, and out of use: `row-number`. */
  readonly house?: readonly string[];
  readonly broken?: readonly string[];
}

const ZONES: Record<'front' | 'standard' | 'premium' | 'couple', BothLanguages> = {
  front: { zh: '前排优惠区', en: 'Front' },
  standard: { zh: '标准区', en: 'Standard' },
  premium: { zh: '尊享区', en: 'Premium' },
  couple: { zh: '情侣座', en: 'Couple' },
};

const PLACES = {
  f: { zone: 'front', kind: 'standard' },
  s: { zone: 'standard', kind: 'standard' },
  p: { zone: 'premium', kind: 'standard' },
  '(': { zone: 'couple', kind: 'couple-left' },
  ')': { zone: 'couple', kind: 'couple-right' },
  W: { zone: 'standard', kind: 'wheelchair' },
  C: { zone: 'standard', kind: 'companion' },
} as const;

/** The plan of a drawing. Seats stand row by row in it, from left to right, so that a seat's index never changes while the drawing does not. */
export function planFromDrawing(drawing: PlanDrawing): SeatPlan {
  const rowLabels = labels(drawing.rowLabels.style === 'letters' ? letter : String, drawing.rowLabels.without ?? []);
  const seats = drawing.rows.flatMap((row, y) => {
    const places = [...row].flatMap((symbol, x) => (symbol === '.' ? [] : [{ x, ...placeOf(symbol) }]));
    if (places.length === 0) return [];
    const rowLabel = rowLabels.next().value;
    const seatLabels = labels(String, drawing.seatLabels.without ?? []);
    const numbers = places.map(() => seatLabels.next().value);
    if (drawing.seatLabels.from === 'right') numbers.reverse();
    return places.map((place, index) => ({ id: `${rowLabel}-${numbers[index]}`, row: rowLabel, number: numbers[index], y, ...place }));
  });
  const width = Math.max(...drawing.rows.map((row) => row.length));
  const height = drawing.rows.length;
  const used = new Set<string>(seats.map((seat) => seat.zone));
  const plan = SeatPlan.parse({
    screenId: drawing.screenId,
    name: drawing.name,
    width,
    height,
    zones: Object.entries(ZONES)
      .filter(([id]) => used.has(id))
      .map(([id, name]) => ({ id, name })),
    // Two thirds back and in the middle, where picture and sound are set up for.
    focalPoint: { x: (width - 1) / 2, y: ((height - 1) * 2) / 3 },
    seats,
  });
  for (const name of [...(drawing.house ?? []), ...(drawing.broken ?? [])]) {
    assert(
      plan.seats.some((seat) => seat.id === name),
      `screen ${drawing.screenId} has no seat ${name}`,
    );
  }
  return plan;
}

function placeOf(symbol: string): (typeof PLACES)[keyof typeof PLACES] {
  const found = Object.entries(PLACES).find(([known]) => known === symbol);
  assert(found !== undefined, `a drawing has no letter ${symbol}`);
  return found[1];
}

function letter(position: number): string {
  return String.fromCharCode(64 + position);
}

function* labels(nameOf: (position: number) => string, without: readonly string[]): Generator<string, never> {
  for (let position = 1; ; position++) {
    const name = nameOf(position);
    if (!without.includes(name)) yield name;
  }
}
