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
