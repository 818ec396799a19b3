import type { PeerLines } from '../site/peer-lines.ts';

/** The lines to the other gates, which can be cut and joined: the device bench shows with it what a split site does. */
export interface SiteWire {
  isJoined(): boolean;
  join(): Promise<void>;
  cut(): Promise<void>;
}

export function siteWire(lines: Pick<PeerLines, 'isJoined' | 'setJoined'>): SiteWire {
  return {
    isJoined: lines.isJoined,
    join: async () => lines.setJoined(true),
    cut: async () => lines.setJoined(false),
  };
}
