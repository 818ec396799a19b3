import { setFlagsFromString } from 'node:v8';

/**
 * How much a function has to have run before V8 looks whether to compile it well, in bytes of byte code; V8's own 66 kB are made for programs that do the same
 * a million times. A gate does the same some thousand times a day, and would run half of it in the interpreter until the evening.
 */
const INTERRUPT_BUDGET_BYTES = 8_000;

/** To be called once the program is ready: a start runs most of its code only once. What a later engine does not know of this it says, and does without. */
export function compileSooner(): void {
  setFlagsFromString(`--interrupt-budget=${INTERRUPT_BUDGET_BYTES}`);
}
