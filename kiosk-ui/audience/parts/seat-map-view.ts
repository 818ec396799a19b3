import type { PlanSeat, SeatPlan } from '#core/contract/box-office/programme.ts';
import type { SeatId } from '#core/contract/identifiers.ts';

/**
 * The seat map as plain elements. Six hundred seats in a virtual DOM cost 70 to 90 ms before the first frame and a walk over all of them on every tap;
 * here they are made once, one listener serves them all, and a change touches the seats that changed. Every seat is still a button with a name, so that
 * keys and speech work.
 */

/** What is drawn of one seat: its letter in the picture, or `Y` when it is the guest's own choice. */
export type SeatFace = 'F' | 'H' | 'S' | 'R' | 'X' | 'Y';

export interface SeatMapView {
  /** Redraws the seats whose face or name changed. */
  draw(states: string, selected: readonly SeatId[]): void;
  /** Says all names anew, after a change of language. */
  rename(): void;
  focus(seatId: SeatId | undefined): void;
  element(seatId: SeatId): HTMLElement | undefined;
}

export interface SeatMapOptions {
  readonly plan: SeatPlan;
  readonly onTap: (seatId: SeatId) => void;
  readonly nameOf: (seat: PlanSeat, face: SeatFace) => string;
  readonly rowName: (row: string) => string;
}

interface Cell {
  readonly seat: PlanSeat;
  readonly button: HTMLButtonElement;
  face: SeatFace;
}

function faceOf(letter: string | undefined, chosen: boolean): SeatFace {
  if (chosen) return 'Y';
  return letter === 'F' || letter === 'H' || letter === 'S' || letter === 'R' ? letter : 'X';
}

const WHEELCHAIR = 'M10 5.5a1 1 0 1 0 0-2 1 1 0 0 0 0 2ZM10 8v6h5l2.500 5H19M10 10.500h4.500M7.500 11.500a5 5 0 1 0 6.500 6';

function wheelchairSign(): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', WHEELCHAIR);
  svg.append(path);
  return svg;
}

/** One button, without its state. The number is for the eye alone: the name says all of it. */
function makeSeat(template: HTMLButtonElement, seat: PlanSeat, index: number, zone: number): HTMLButtonElement {
  const button = template.cloneNode() as HTMLButtonElement;
  button.dataset.i = String(index);
  if (zone > 0) button.dataset.zone = String(zone);
  if (seat.kind !== 'standard') button.dataset.kind = seat.kind;
  if (seat.kind === 'wheelchair') button.append(wheelchairSign());
  else button.textContent = seat.number;
  return button;
}

/** Rows from front to back, each with its label on both sides; where the plan has no seat, an empty cell keeps the place. */
function layOut(plan: SeatPlan, cells: readonly Cell[]): { rows: HTMLElement[]; named: Map<HTMLElement, string> } {
  const named = new Map<HTMLElement, string>();
  const byRow = new Map<number, Cell[]>();
  for (const cell of cells) {
    const row = byRow.get(cell.seat.y);
    if (row) row.push(cell);
    else byRow.set(cell.seat.y, [cell]);
  }
  const rows: HTMLElement[] = [];
  for (let y = 0; y < plan.height; y++) {
    const row = document.createElement('div');
    row.className = 'seat-row';
    const inRow = (byRow.get(y) ?? []).sort((a, b) => a.seat.x - b.seat.x);
    const label = inRow[0]?.seat.row;
    if (label === undefined) row.classList.add('seat-row-empty');
    else {
      row.setAttribute('role', 'group');
      named.set(row, label);
    }
    const side = (): HTMLElement => {
      const mark = document.createElement('span');
      mark.className = 'seat-row-label';
      mark.setAttribute('aria-hidden', 'true');
      mark.textContent = label ?? '';
      return mark;
    };
    let x = 0;
    const skipTo = (end: number): void => {
      for (; x < end; x++) row.append(document.createElement('i'));
    };
    row.append(side());
    for (const cell of inRow) {
      skipTo(cell.seat.x);
      row.append(cell.button);
      x = cell.seat.x + 1;
    }
    skipTo(plan.width);
    row.append(side());
    rows.push(row);
  }
  return { rows, named };
}

export function createSeatMap(root: HTMLElement, { plan, onTap, nameOf, rowName }: SeatMapOptions): SeatMapView {
  const template = document.createElement('button');
  template.type = 'button';
  template.className = 'seat';
  template.tabIndex = -1;
  const zones = new Map(plan.zones.map((zone, index) => [zone.id, index]));
  const cells: Cell[] = plan.seats.map((seat, index) => ({ seat, face: 'X', button: makeSeat(template, seat, index, zones.get(seat.zone) ?? 0) }));
  const { rows, named } = layOut(plan, cells);
  let tabStop: Cell | undefined;
  let drawn = false;

  const setTabStop = (cell: Cell | undefined): void => {
    if (tabStop === cell) return;
    if (tabStop) tabStop.button.tabIndex = -1;
    tabStop = cell;
    if (cell) cell.button.tabIndex = 0;
  };

  const isOpen = (cell: Cell): boolean => cell.face === 'F' || cell.face === 'Y';

  const cellOf = (target: EventTarget | null): Cell | undefined => {
    const index = target instanceof Element ? target.closest<HTMLElement>('.seat')?.dataset.i : undefined;
    return index === undefined ? undefined : cells[Number(index)];
  };

  const paint = (cell: Cell, face: SeatFace): void => {
    cell.face = face;
    const { button } = cell;
    button.dataset.face = face;
    button.setAttribute('aria-pressed', String(face === 'Y'));
    button.setAttribute('aria-label', nameOf(cell.seat, face));
    if (face === 'F' || face === 'Y') button.removeAttribute('aria-disabled');
    else button.setAttribute('aria-disabled', 'true');
  };

  const rename = (): void => {
    for (const cell of cells) cell.button.setAttribute('aria-label', nameOf(cell.seat, cell.face));
    for (const [row, label] of named) row.setAttribute('aria-label', rowName(label));
  };

  root.addEventListener('click', (event) => {
    const cell = cellOf(event.target);
    if (!cell || !isOpen(cell)) return;
    setTabStop(cell);
    onTap(cell.seat.id);
  });
  root.addEventListener('keydown', (event) => {
    const from = cellOf(event.target);
    if (!from) return;
    const to = neighbour(cells.filter(isOpen), from, event.key);
    if (!to) return;
    event.preventDefault();
    setTabStop(to);
    to.button.focus();
    to.button.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });

  for (const [row, label] of named) row.setAttribute('aria-label', rowName(label));
  root.replaceChildren(...rows);

  return {
    draw(states, selected) {
      const chosen = new Set<SeatId>(selected);
      cells.forEach((cell, index) => {
        const face = faceOf(states[index], chosen.has(cell.seat.id));
        if (!drawn || face !== cell.face) paint(cell, face);
      });
      drawn = true;
      if (!tabStop || !isOpen(tabStop)) setTabStop(nearestTo(cells.filter(isOpen), plan.focalPoint.x, plan.focalPoint.y));
    },
    rename,
    focus(seatId) {
      const cell = cells.find((candidate) => candidate.seat.id === seatId);
      if (cell) setTabStop(cell);
    },
    element: (seatId) => cells.find((candidate) => candidate.seat.id === seatId)?.button,
  };
}

function nearestTo(cells: readonly Cell[], x: number, y: number): Cell | undefined {
  const distance = ({ seat }: Cell): number => (seat.x - x) ** 2 + (2 * (seat.y - y)) ** 2;
  return cells.reduce<Cell | undefined>((best, cell) => (best === undefined || distance(cell) < distance(best) ? cell : best), undefined);
}

/** Where an arrow key leads among the seats that can be taken: the next in the row, or the nearest in the next row that has one. */
function neighbour(open: readonly Cell[], { seat }: Cell, key: string): Cell | undefined {
  const row = open.filter((cell) => cell.seat.y === seat.y).sort((a, b) => a.seat.x - b.seat.x);
  switch (key) {
    case 'ArrowRight':
      return row.find((cell) => cell.seat.x > seat.x);
    case 'ArrowLeft':
      return row.findLast((cell) => cell.seat.x < seat.x);
    case 'Home':
      return row[0];
    case 'End':
      return row.at(-1);
    case 'ArrowDown':
    case 'ArrowUp': {
      const step = key === 'ArrowDown' ? 1 : -1;
      const beyond = open.filter((cell) => (cell.seat.y - seat.y) * step > 0);
      const y = Math.min(...beyond.map((cell) => Math.abs(cell.seat.y - seat.y))) * step + seat.y;
      return nearestTo(
        beyond.filter((cell) => cell.seat.y === y),
        seat.x,
        y,
      );
    }
    default:
      return undefined;
  }
}
