import type { SiteLineHandlers, SiteLines } from '../site/site-lines.ts';

/** The lines to the other gates, which can be cut and joined: the device bench shows with it what a split site does. */
export interface SiteWire {
  readonly lines: SiteLines;
  isJoined(): boolean;
  join(): Promise<void>;
  cut(): Promise<void>;
}

export function siteWire(lines: SiteLines): SiteWire {
  let handlers: SiteLineHandlers | undefined;
  let isCut = false;
  return {
    lines: {
      ...lines,
      start: async (given) => {
        handlers = given;
        if (!isCut) await lines.start(given);
      },
      stop: async () => {
        if (!isCut) await lines.stop();
      },
    },
    isJoined: () => !isCut,
    join: async () => {
      if (!isCut || handlers === undefined) return;
      isCut = false;
      await lines.start(handlers);
    },
    cut: async () => {
      if (isCut) return;
      isCut = true;
      await lines.stop();
    },
  };
}
