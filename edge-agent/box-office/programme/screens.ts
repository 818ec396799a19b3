import type { PlanDrawing } from './plan-drawing.ts';

/** The seven screens of the built-in cinema. The picture is above the first row of each drawing. */

/** Rows 4 and 13 are left out, as in many houses. Two aisles, a passage behind row 6 with places for wheelchairs, couple seats at the back. */
const IMAX: PlanDrawing = {
  screenId: '1',
  name: { zh: '1号 IMAX 巨幕厅', en: 'Screen 1 IMAX' },
  rowLabels: { style: 'numbers', without: ['4', '13'] },
  seatLabels: { from: 'left' },
  rows: [
    '...ff.ffffffffffffff.ff...',
    '..fff.ffffffffffffff.fff..',
    '..fff.ffffffffffffff.fff..',
    '.ssss.ssssssssssssss.ssss.',
    '.ssss.ssssssssssssss.ssss.',
    '',
    'sssWC.ssssssssssssss.CWsss',
    'sssss.ssssssssssssss.sssss',
    'sssss.ssssssssssssss.sssss',
    'sssss.ssppppppppppss.sssss',
    'sssss.ssppppppppppss.sssss',
    'sssss.ssppppppppppss.sssss',
    'sssss.ssppppppppppss.sssss',
    'sssss.ssppppppppppss.sssss',
    'sssss.ssssssssssssss.sssss',
    'sssss.ssssssssssssss.sssss',
    'sssss.ssssssssssssss.sssss',
    '.()()..()()()()()()..()().',
  ],
  house: ['11-12', '11-13'],
  broken: ['3-5', '16-20'],
};

/** Letters without I and O, which are taken for figures. Seats count from the right: the entrance is on that side. */
const LASER: PlanDrawing = {
  screenId: '2',
  name: { zh: '2号 激光厅', en: 'Screen 2 Laser' },
  rowLabels: { style: 'letters', without: ['I', 'O'] },
  seatLabels: { from: 'right' },
  rows: [
    '..fff.ffffff.fff..',
    '..fff.ffffff.fff..',
    '.ssss.ssssss.ssss.',
    'CWsss.ssssss.sssWC',
    '',
    'sssss.ssssss.sssss',
    'sssss.ssssss.sssss',
    'sssss.pppppp.sssss',
    'sssss.pppppp.sssss',
    'sssss.pppppp.sssss',
    'sssss.ssssss.sssss',
    '()()..()()()..()()',
  ],
  house: ['J-8'],
};

/** One aisle in the middle. Seat numbers 4, 13 and 14 are left out. */
const DOLBY: PlanDrawing = {
  screenId: '3',
  name: { zh: '3号 杜比厅', en: 'Screen 3 Dolby' },
  rowLabels: { style: 'numbers', without: ['4'] },
  seatLabels: { from: 'left', without: ['4', '13', '14'] },
  rows: [
    '..ffffff..ffffff..',
    '.fffffff..fffffff.',
    '.sssssss..sssssss.',
    'ssssssss..ssssssss',
    'ssssssss..ssssssss',
    'sspppppp..ppppppss',
    'sspppppp..ppppppss',
    'sspppppp..ppppppss',
    'ssssssss..ssssssss',
    'ssssssss..ssssssss',
    'WCssssss..ssssssCW',
  ],
  house: ['8-8', '8-9'],
  broken: ['2-1'],
};

const FOURTH: PlanDrawing = {
  screenId: '4',
  name: { zh: '4号厅', en: 'Screen 4' },
  rowLabels: { style: 'numbers' },
  seatLabels: { from: 'left' },
  rows: [
    '..ffffffff....',
    '.ffffffffff.WC',
    'ssssssssss..ss',
    'ssssssssss..ss',
    'ssssssssss..ss',
    'sspppppppp..ss',
    'sspppppppp..ss',
    'sspppppppp..ss',
    'ssssssssss..ss',
    'ssssssssss..ss',
    '()()()()()()()',
  ],
};

/** For families: broad, low rows, and none in front of which a child would have to look up. */
const FAMILY: PlanDrawing = {
  screenId: '5',
  name: { zh: '5号 亲子厅', en: 'Screen 5 Family' },
  rowLabels: { style: 'letters', without: ['I', 'O'] },
  seatLabels: { from: 'left' },
  rows: [
    '..ssssss.ssssss..',
    '.sssssss.sssssss.',
    '.sssssss.sssssss.',
    'ssssssss.ssssssss',
    'ssssssss.ssssssss',
    'ssssssss.ssssssss',
    'ssssssss.ssssssss',
    'WCssssss.ssssssCW',
  ],
  broken: ['C-1'],
};

/** Recliners in pairs, each pair beside an aisle; couple seats in the last two rows. */
const LOUNGE: PlanDrawing = {
  screenId: '6',
  name: { zh: '6号 VIP 厅', en: 'Screen 6 Lounge' },
  rowLabels: { style: 'letters' },
  seatLabels: { from: 'left' },
  rows: ['.pp.pp.pp.', 'ppp.pp.ppp', 'ppp.pp.ppp', '', '()..()..()', '()..()..()'],
};

export const SHORTS: PlanDrawing = {
  screenId: '7',
  name: { zh: '7号 短片厅', en: 'Screen 7 Shorts' },
  rowLabels: { style: 'numbers' },
  seatLabels: { from: 'right' },
  rows: ['.sssssssss.', 'sssss.sssss', 'sssss.sssss', 'sssss.sssss', 'WCsss.sssCW'],
};

export const SCREENS: readonly PlanDrawing[] = [IMAX, LASER, DOLBY, FOURTH, FAMILY, LOUNGE, SHORTS];
