/** Line drawings on a 24 × 24 grid, in the colour of the text beside them. They repeat words and are hidden from speech. */
const PATHS = {
  ticket: 'M3 9V6h18v3a3 3 0 0 0 0 6v3H3v-3a3 3 0 0 0 0-6ZM14 6v2m0 3v2m0 3v2',
  scan: 'M4 8V4h4m8 0h4v4m0 8v4h-4m-8 0H4v-4M4 12h16',
  back: 'M14.5 5 8 12l6.5 7',
  forward: 'M9.5 5 16 12l-6.5 7',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  cross: 'm6 6 12 12M18 6 6 18',
  globe:
    'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 0c3 2.5 3.6 5.8 3.6 9S15 18.500 12 21c-3-2.500-3.600-5.800-3.600-9S9 5.500 12 3ZM3.500 9h17m-17 6h17',
  text: 'M3 19 8.500 6 14 19M5 15h7m3.500 4 3-7.500 3 7.500m-5-2.500h4',
  contrast: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 0v18m0-15c4 0 6 3 6 6s-2 6-6 6',
  restart: 'M5 5v5h5M5.500 10A7.500 7.500 0 1 1 4.600 14',
  clock: 'M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17ZM12 7v5.500l3.500 2',
  erase: 'M8.500 6H21v12H8.500L3 12ZM12 9.500l5 5m0-5-5 5',
  phone: 'M8 2.500h8a1 1 0 0 1 1 1v17a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1v-17a1 1 0 0 1 1-1ZM10.500 18.500h3',
  alert: 'M12 4 2.500 20h19ZM12 10v4.500m0 2.700v.3',
  whole: 'M4 9V4h5m6 0h5v5m0 6v5h-5m-6 0H4v-5',
  twice: 'M8 4H4v16h12v-4M8 4h12v12H8ZM12 8.500l4 4m0-4-4 4',
  torch: 'M9 3h6v4l-1.500 3v10h-3V10L9 7ZM12 13v2.500M9 7h6',
  keys: 'M3 7h18v10H3ZM7 10.500h.1m3.200 0h.1m3.200 0h.1m3.300 0h.1M8 14h8',
  search: 'M10.500 4a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13ZM15.500 15.500 20.500 20.500',
  list: 'M4 6.500h.1M8 6.500h12M4 12h.1M8 12h12M4 17.500h.1M8 17.500h12',
  seats: 'M6 12V6.500A1.500 1.500 0 0 1 7.500 5h9A1.500 1.500 0 0 1 18 6.500V12M4 11v7h16v-7a2 2 0 0 0-3 0v3H7v-3a2 2 0 0 0-3 0ZM7 18v2m10-2v2',
  undo: 'M8 6 3.500 10.500 8 15M3.500 10.500H14a6 6 0 0 1 0 9H11',
  leave: 'M14 4H5v16h9M10 12h11m-4-4 4 4-4 4',
  cloudOff: 'M7 19h10a4 4 0 0 0 .6-7.950A6 6 0 0 0 6 10.500 4.300 4.300 0 0 0 7 19ZM4 21 20 5',
  camera: 'M4 8h3.500L9 5.500h6L16.500 8H20v11H4ZM12 10a3.300 3.300 0 1 0 0 6.600 3.300 3.300 0 0 0 0-6.600Z',
  shield: 'M12 3 5 6v5.500c0 4.500 3 7.800 7 9.500 4-1.700 7-5 7-9.500V6ZM9 12l2.200 2.200L15.200 10',
  person: 'M12 4a3.800 3.800 0 1 0 0 7.600A3.800 3.800 0 0 0 12 4ZM4.500 20.500a7.500 7.500 0 0 1 15 0',
  wheelchair: 'M10 5.500a1 1 0 1 0 0-2 1 1 0 0 0 0 2ZM10 8v6h5l2.500 5H19M10 10.500h4.500M7.500 11.500a5 5 0 1 0 6.500 6',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.9"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
