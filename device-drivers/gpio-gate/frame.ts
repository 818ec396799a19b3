/**
 * Lines of a GPIO chip have no bytes. These lines of text stand between the driver and whoever moves the real lines (`transport/gpio.ts`, by the tools of
 * libgpiod) or plays them (`gpio-simulator.ts`). Numbers are offsets on the chip.
 */
export type GpioCommand =
  /** `watch 5 6 13`: tell the levels of these now and at every edge. */
  | { readonly kind: 'watch'; readonly lines: readonly number[] }
  /** `pulse 17 700`: on for so many milliseconds, kept by somebody who outlives this program. */
  | { readonly kind: 'pulse'; readonly line: number; readonly ms: number }
  /** `off 17` */
  | { readonly kind: 'off'; readonly line: number };

export type GpioReport =
  /** `level 5 1` */
  | { readonly kind: 'level'; readonly line: number; readonly on: boolean }
  /** `done 17`: the line was taken and set. */
  | { readonly kind: 'done'; readonly line: number }
  /** `refused 17`: the chip has no such line, or another program holds it. */
  | { readonly kind: 'refused'; readonly line: number };
