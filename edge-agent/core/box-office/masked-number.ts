/** For papers that anybody may pick up: enough to find a number among one's own, too little to use it. Never more than half of it is told. */
export function maskedNumber(number: string): string {
  const ends = Math.min(4, Math.floor(number.length / 4));
  return `${number.slice(0, ends)}${'*'.repeat(STARS)}${number.slice(number.length - ends)}`;
}

/** Always as many: the length is nobody's business, and long numbers fit a narrow paper. */
const STARS = 4;
